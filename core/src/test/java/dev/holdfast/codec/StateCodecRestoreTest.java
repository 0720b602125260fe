package dev.holdfast.codec;

import static dev.holdfast.codec.States.SHOP;
import static dev.holdfast.codec.States.bytes;
import static dev.holdfast.codec.States.codec;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.codec.States.Address;
import dev.holdfast.codec.States.Blink;
import dev.holdfast.codec.States.Color;
import dev.holdfast.codec.States.Draft;
import dev.holdfast.codec.States.Light;
import dev.holdfast.codec.States.Off;
import dev.holdfast.codec.States.On;
import dev.holdfast.codec.States.Shop;
import dev.holdfast.codec.States.Todos;
import dev.holdfast.codec.States.User;
import dev.holdfast.codec.States.UserId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Laying a stored state over the defaults. */
@NullMarked
final class StateCodecRestoreTest {

  private final StateCodec<Shop> codec = codec(SHOP);

  private Shop restored(String json) {
    return codec.restore(bytes(json));
  }

  private static Shop with(UnaryOperator<Shop> change) {
    return change.apply(SHOP);
  }

  @Test
  void missingMembersTakeTheirDefaultAtEveryDepth() {
    assertThat(restored("{}")).isEqualTo(SHOP);
    Shop merged = restored("{\"address\":{\"number\":9}}");
    assertThat(merged.address()).isEqualTo(new Address("Main St", 9));
    assertThat(merged.note()).isEqualTo(SHOP.note());
  }

  @Test
  void elementsOfCollectionsTakeWhatTheirTypeHas() {
    Shop merged = restored("{\"items\":[{\"name\":\"a\"}],\"byName\":{\"b\":{\"tags\":null}}}");
    assertThat(merged.items().getFirst().name()).isEqualTo("a");
    assertThat(merged.items().getFirst().count()).isZero();
    assertThat(merged.items().getFirst().tags()).isEmpty();
    assertThat(requireNonNull(merged.byName().get("b")).tags()).isEmpty();
  }

  @Test
  void listsAndMapsAreReplacedWhole() {
    record Lists(List<Integer> list, Map<String, Integer> map) {}
    StateCodec<Lists> lists = codec(new Lists(List.of(1, 2, 3), Map.of("a", 1)));
    assertThat(lists.restore(bytes("{\"list\":[9],\"map\":{\"b\":2}}")))
        .isEqualTo(new Lists(List.of(9), Map.of("b", 2)));
    assertThat(lists.restore(bytes("{\"list\":[],\"map\":{}}")))
        .isEqualTo(new Lists(List.of(), Map.of()));
  }

  @Test
  void nullTakesTheDefaultWhereNullCannotBeMeant() {
    Shop merged =
        restored("{\"title\":null,\"open\":null,\"address\":null,\"items\":null,\"byName\":null}");
    assertThat(merged).isEqualTo(SHOP);
  }

  @Test
  void nullStaysWhereItIsMeant() {
    assertThat(restored("{\"motto\":null}").motto()).isNull();
    assertThat(restored("{\"note\":null}").note()).isEmpty();
    record Lists(@Nullable List<String> list) {}
    StateCodec<Lists> lists = codec(new Lists(List.of("a")));
    assertThat(lists.restore(bytes("{\"list\":null}")).list()).isNull();
    StateCodec<Todos> todos = codec(new Todos(new User("x", null), List.of()));
    assertThat(todos.restore(bytes("{\"user\":null}")).user()).isNull();
  }

  @Test
  void membersThatTheTypeLacksAreIgnored() {
    assertThat(
            restored(
                """
                  {"removed":{"a":[1]},"address":{"zip":1},"@class":"java.lang.ProcessBuilder",
                   "__proto__":{"title":"x"},"@type":"x"}
                  """))
        .isEqualTo(SHOP);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "title|7",
        "title|true",
        "title|[]",
        "title|{}",
        "title|1.5",
        "open|\"7\"",
        "open|1.0",
        "open|1.5",
        "open|true",
        "open|[1]",
        "open|2147483648",
        "open|99999999999999999999",
        "open|\"\"",
        "open|{}",
        "address|[]",
        "address|\"x\"",
        "address|1",
        "address|\"\"",
        "items|{}",
        "items|\"a\"",
        "items|\"\"",
        "items|5",
        "byName|[]",
        "byName|\"\"",
        "note|5",
        "note|[]"
      })
  void aWrongTypeIsRefusedWithItsPath(String fieldAndValue) {
    String[] split = fieldAndValue.split("\\|", 2);
    assertThatExceptionOfType(UndecodableStateException.class)
        .isThrownBy(() -> restored("{\"%s\":%s}".formatted(split[0], split[1])))
        .withMessageContaining("\"" + split[0])
        .withMessageNotContaining("9999999")
        .withNoCause()
        .satisfies(e -> assertThat(e.path()).isEqualTo(split[0]));
  }

  @Test
  void wrongTypesAreFoundAtAnyDepth() {
    assertThatExceptionOfType(UndecodableStateException.class)
        .isThrownBy(() -> restored("{\"items\":[{\"name\":\"a\"},{\"tags\":[\"x\",1]}]}"))
        .satisfies(e -> assertThat(e.path()).isEqualTo("items[1].tags[1]"))
        .withMessageContaining("expected String");
    assertThatExceptionOfType(UndecodableStateException.class)
        .isThrownBy(() -> restored("{\"address\":{\"number\":\"12\"}}"))
        .withMessageContaining("expected int")
        .satisfies(e -> assertThat(e.path()).isEqualTo("address.number"));
  }

  record Strict(
      Color color,
      Instant at,
      double amount,
      float ratio,
      BigDecimal price,
      BigInteger big,
      boolean yes,
      long large,
      byte small,
      char letter,
      UUID id,
      OptionalInt maybe,
      LocalDate day,
      Locale locale,
      UserId user,
      Map<Integer, String> map) {}

  private final StateCodec<Strict> strict =
      codec(
          new Strict(
              Color.RED,
              Instant.EPOCH,
              1,
              1,
              BigDecimal.ONE,
              BigInteger.ONE,
              true,
              1,
              (byte) 1,
              'a',
              new UUID(1, 1),
              OptionalInt.of(1),
              LocalDate.EPOCH,
              Locale.ROOT,
              new UserId("u"),
              Map.of(1, "a")));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "color|\"BLUE\"",
        "color|0",
        "color|\"\"",
        "color|\"red\"",
        "at|5",
        "at|\"yesterday\"",
        "at|\"\"",
        "at|1.5",
        "amount|\"1\"",
        "amount|true",
        "amount|1e999",
        "amount|[1]",
        "amount|\"\"",
        "ratio|\"1\"",
        "ratio|1e50",
        "price|\"1.0\"",
        "price|true",
        "price|\"\"",
        "big|1.5",
        "big|\"1\"",
        "big|1.0",
        "yes|1",
        "yes|\"true\"",
        "yes|\"\"",
        "large|9223372036854775808",
        "large|1.0",
        "large|\"1\"",
        "small|200",
        "small|\"1\"",
        "small|-129",
        "letter|97",
        "letter|\"ab\"",
        "letter|\"\"",
        "id|\"1-1-1-1-1\"",
        "id|5",
        "maybe|\"1\"",
        "maybe|1.5",
        "day|1",
        "day|[2026,1,1]",
        "locale|1",
        "user|5",
        "user|[\"u\"]"
      })
  void nothingIsConverted(String fieldAndValue) {
    String[] split = fieldAndValue.split("\\|", 2);
    assertThatExceptionOfType(UndecodableStateException.class)
        .isThrownBy(() -> strict.restore(bytes("{\"%s\":%s}".formatted(split[0], split[1]))))
        .satisfies(e -> assertThat(e.path()).isEqualTo(split[0]));
  }

  @Test
  void wholeNumbersAreDecimalsToo() {
    Strict state = strict.restore(bytes("{\"amount\":2,\"ratio\":3,\"price\":4}"));
    assertThat(state.amount()).isEqualTo(2);
    assertThat(state.ratio()).isEqualTo(3);
    assertThat(state.price()).isEqualTo("4");
  }

  @Test
  void anUnknownVariantIsRefused() {
    StateCodec<Light> lights = StateCodec.of(Light.class, Off::new);
    for (String json :
        List.of(
            "{\"@type\":\"Laser\"}",
            "{}",
            "{\"@type\":null}",
            "{\"@type\":\"java.lang.ProcessBuilder\"}",
            "{\"@type\":\"dev.holdfast.codec.StateCodecTest$Off\"}")) {
      assertThatExceptionOfType(UndecodableStateException.class)
          .isThrownBy(() -> lights.restore(bytes(json)))
          .withMessageContaining("variant of Light")
          .withMessageNotContaining("Laser");
    }
  }

  @Test
  void aVariantTakesDefaultsFromTheSameVariantOnly() {
    StateCodec<Light> lights = StateCodec.of(Light.class, () -> new On(7, List.of("me")));
    assertThat(lights.restore(bytes("{\"@type\":\"On\"}"))).isEqualTo(new On(7, List.of("me")));
    assertThat(lights.restore(bytes("{\"@type\":\"Blink\",\"every\":\"PT1S\"}")))
        .isEqualTo(new Blink(0, Duration.ofSeconds(1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{\"title\":\"a\"",
        "nonsense",
        "{}{}",
        "{} x",
        "[1,",
        "{'title':'a'}",
        "{\"title\":\"a\",\"title\":\"b\"}",
        "{\"address\":{\"number\":1,\"number\":2}}",
        "{\"x\":NaN}",
        "{\"title\":\"\u0001\"}"
      })
  void whatIsNotJsonIsRefusedAsAWhole(String json) {
    assertThatExceptionOfType(UndecodableStateException.class)
        .isThrownBy(() -> restored(json))
        .withNoCause()
        .satisfies(e -> assertThat(e.path()).isEmpty());
    assertThatExceptionOfType(UndecodableStateException.class)
        .isThrownBy(() -> codec.decode(bytes(json)));
  }

  @Test
  void otherEncodingsAndDepthsAreRefused() {
    byte[] latin =
        "{\"title\":\"caf\u00e9\"}".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    byte[] wide = "{\"title\":\"a\"}".getBytes(UTF_16);
    byte[] wideWithoutMark =
        "{\"title\":\"a\"}".getBytes(java.nio.charset.StandardCharsets.UTF_16LE);
    byte[] deep = bytes("{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}");
    for (byte[] json : List.of(latin, wide, wideWithoutMark, deep, bytes("null"), bytes("[]"))) {
      assertThatExceptionOfType(UndecodableStateException.class)
          .isThrownBy(() -> codec.restore(json))
          .satisfies(e -> assertThat(e.path()).isEmpty());
    }
  }

  @Test
  void plainClassesKeepWhatTheirConstructorsSet() {
    StateCodec<Draft> drafts = StateCodec.of(Draft.class, Draft::new);
    Draft draft =
        drafts.restore(
            bytes(
                """
                  {"text":null,"edits":3,"tags":null,"place":{"x":5},"other":{"x":6,"roads":null},
                   "marks":{"a":1},"readers":["z","a"]}
                  """));
    assertThat(draft.text).isNull();
    assertThat(draft.edits).isEqualTo(3);
    assertThat(draft.tags).containsExactly("new");
    assertThat(draft.place.city).isEqualTo("Rome");
    assertThat(draft.place.x).isEqualTo(5);
    assertThat(requireNonNull(draft.other).city).isEqualTo("Rome");
    assertThat(draft.other.roads).isEmpty();
    assertThat(draft.marks).containsEntry("a", 1);
    assertThat(draft.readers).containsExactly("z", "a");
    assertThat(draft.numbers).containsExactly(1, 2);
    draft.tags.add("own");
    assertThat(drafts.restore(bytes("{}")).tags).containsExactly("new");
  }

  @Test
  void aRecordThatItsConstructorRefusesIsUndecodable() {
    record Positive(int n) {
      Positive {
        if (n < 0) {
          throw new IllegalArgumentException("negative: " + n);
        }
      }
    }
    assertThatExceptionOfType(UndecodableStateException.class)
        .isThrownBy(() -> codec(new Positive(1)).restore(bytes("{\"n\":-77}")))
        .withMessageContaining("Positive")
        .withMessageNotContaining("-77");
  }

  @Test
  void theRestoredStateIsFrozen() {
    Shop merged = restored("{\"items\":[{\"name\":\"a\",\"tags\":[\"t\"]}]}");
    assertThat(merged.items()).isUnmodifiable();
    assertThat(merged.items().getFirst().tags()).isUnmodifiable();
    assertThat(codec.freeze(merged, null)).isSameAs(merged);
  }

  @Test
  void whatWasEncodedIsRestoredWhateverTheDefaults() {
    Shop other =
        with(s -> new Shop("", null, 0, s.address(), s.items(), s.byName(), Optional.empty()));
    assertThat(codec.restore(codec.encode(other))).isEqualTo(other);
  }
}
