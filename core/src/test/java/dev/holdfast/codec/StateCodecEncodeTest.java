package dev.holdfast.codec;

import static dev.holdfast.codec.States.bytes;
import static dev.holdfast.codec.States.codec;
import static dev.holdfast.codec.States.text;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.holdfast.codec.States.Address;
import dev.holdfast.codec.States.Blink;
import dev.holdfast.codec.States.Color;
import dev.holdfast.codec.States.Draft;
import dev.holdfast.codec.States.Grid;
import dev.holdfast.codec.States.Holder;
import dev.holdfast.codec.States.Light;
import dev.holdfast.codec.States.Node;
import dev.holdfast.codec.States.Off;
import dev.holdfast.codec.States.On;
import dev.holdfast.codec.States.Room;
import dev.holdfast.codec.States.Secretive;
import dev.holdfast.codec.States.Todos;
import dev.holdfast.codec.States.UserId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoding, decoding, and what comes back. */
@NullMarked
final class StateCodecEncodeTest {

  record Values(
      Instant instant,
      LocalDate date,
      ZonedDateTime zoned,
      ZoneId zone,
      Duration duration,
      UUID uuid,
      URI uri,
      Locale locale,
      BigDecimal decimal,
      BigInteger big,
      long large,
      double half,
      float third,
      char letter,
      byte small,
      Color color,
      Optional<String> some,
      Optional<Address> none,
      OptionalInt number,
      Map<String, BigDecimal> prices,
      Map<UUID, Map<Color, Integer>> byId,
      @Nullable Integer missing,
      Address address,
      UserId id,
      Map<UserId, Integer> scores) {}

  private final Values values =
      new Values(
          Instant.parse("2026-11-01T10:00:00.123456789Z"),
          LocalDate.of(-5, 1, 2),
          ZonedDateTime.parse("2026-11-01T10:00+01:00[Europe/Berlin]"),
          ZoneId.of("America/New_York"),
          Duration.ofMillis(1_500),
          new UUID(3, 4),
          URI.create(""),
          Locale.CANADA_FRENCH,
          new BigDecimal("1.10"),
          BigInteger.TWO.pow(4_000),
          Long.MAX_VALUE - 1,
          -0.0,
          1 / 3f,
          '\u20ac',
          Byte.MIN_VALUE,
          Color.GREEN,
          Optional.of(""),
          Optional.empty(),
          OptionalInt.of(3),
          Map.of("a", new BigDecimal("0.10000000000000000000000000001000")),
          Map.of(new UUID(1, 2), Map.of(Color.GREEN, 1)),
          null,
          new Address("x", 2),
          new UserId(""),
          Map.of(new UserId("u"), 5));

  @Test
  @DisplayName("hazard 65, S7: every kind of value comes back exactly")
  void everyKindOfValueComesBackExactly() {
    StateCodec<Values> codec = codec(values);
    assertThat(codec.decode(codec.encode(values))).isEqualTo(values);
    assertThat(codec.restore(codec.encode(values))).isEqualTo(values);
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 4.9e-324, 1e300})
  @DisplayName("hazard 65, S7: unusual numbers are kept")
  void unusualNumbersAreKept(double number) {
    record Numbers(double a, Double b, float c, List<Double> d) {}
    Numbers state = new Numbers(number, number, (float) number, List.of(number));
    StateCodec<Numbers> codec = codec(new Numbers(0, 0.0, 0, List.of()));
    assertThat(codec.decode(codec.encode(state))).isEqualTo(state);
    assertThat(codec.restore(codec.encode(state))).isEqualTo(state);
  }

  @Test
  void encodingIsReadableInDeclaredOrderWithNulls() {
    StateCodec<Todos> codec = codec(new Todos(null, List.of()));
    assertThat(text(codec.encode(codec.initial()))).isEqualTo("{\"user\":null,\"todos\":[]}");
  }

  @Test
  void variantsOfSealedTypesAreToldApartByTheirSimpleNames() {
    StateCodec<Light> codec = StateCodec.of(Light.class, Off::new);
    Light on = new On(3, List.of("me"));
    assertThat(text(codec.encode(on))).isEqualTo("{\"@type\":\"On\",\"level\":3,\"by\":[\"me\"]}");
    assertThat(codec.decode(codec.encode(on))).isEqualTo(on);
    assertThat(codec.decode(codec.encode(new Off()))).isEqualTo(new Off());

    StateCodec<Room> rooms = codec(new Room(new Off(), List.of(), Map.of(), Optional.empty()));
    Room room =
        new Room(
            new Blink(1, Duration.ZERO),
            List.of(new Off(), on),
            Map.of("a", new On(1, List.of())),
            Optional.of(new Off()));
    assertThat(rooms.decode(rooms.encode(room))).isEqualTo(room);
    assertThat(rooms.restore(rooms.encode(room))).isEqualTo(room);
  }

  @Test
  void genericStatesKnowTheirArguments() {
    Grid<Light> grid = new Grid<>(List.of(new Off()), Map.of("a", new On(1, List.of())));
    StateCodec<Grid<Light>> codec = StateCodec.of(new TypeRef<Grid<Light>>() {}.type(), () -> grid);
    assertThat(codec.restore(codec.encode(grid))).isEqualTo(grid);
  }

  @Test
  void fieldsOfPlainClassesAreKeptAndNothingElse() {
    StateCodec<Draft> codec = StateCodec.of(Draft.class, Draft::new);
    Draft draft = codec.initial();
    draft.belongTo("me");
    draft.text = "t";
    draft.edits = 4;
    draft.marks.put("m", 1);
    draft.readers.add("r");
    draft.numbers = new int[] {3};
    draft.cached = 9;
    draft.place.city = "Oslo";
    Draft back = codec.decode(codec.encode(draft));
    assertThat(back.whose()).isEqualTo("me");
    assertThat(back.edits).isEqualTo(4);
    assertThat(back.marks).containsEntry("m", 1);
    assertThat(back.readers).containsExactly("r");
    assertThat(back.numbers).containsExactly(3);
    assertThat(back.cached).isEqualTo(7);
    assertThat(back.place.city).isEqualTo("Oslo");
    assertThat(text(codec.encode(draft))).doesNotContain("cached").doesNotContain("computed");
  }

  @Test
  void aCopyByEncodingHasTheSameImage() {
    record Sets(HashSet<String> set, HashMap<String, Integer> map) {}
    StateCodec<Sets> codec =
        StateCodec.of(Sets.class, () -> new Sets(new HashSet<>(500), new HashMap<>(700)));
    Sets state = codec.initial();
    for (int i = 0; i < 100; i++) {
      state.set().add("key" + i);
      state.map().put("key" + i * 31, i);
    }
    assertThat(codec.encode(codec.decode(codec.encode(state)))).isEqualTo(codec.encode(state));
  }

  @Test
  @SuppressWarnings("JavaUtilDate") // a mutable date is the point
  void aChangeInsideAMapSetOrDateShowsInTheImage() {
    record Box(HashMap<String, ArrayList<Integer>> map, Date date) {}
    StateCodec<Box> codec =
        StateCodec.of(
            Box.class, () -> new Box(new HashMap<>(Map.of("a", new ArrayList<>())), new Date(0)));
    Box box = codec.initial();
    byte[] before = codec.encode(box);
    requireNonNull(box.map().get("a")).add(1);
    byte[] then = codec.encode(box);
    box.date().setTime(5);
    assertThat(then).isNotEqualTo(before);
    assertThat(codec.encode(box)).isNotEqualTo(then);
    assertThat(codec.decode(codec.encode(box))).isEqualTo(box);
  }

  @Test
  void aStateThatHoldsItselfIsRefused() {
    StateCodec<Node> codec = StateCodec.of(Node.class, Node::new);
    Node ring = new Node();
    ring.next = new Node();
    ring.next.next = ring;
    assertThatExceptionOfType(UnencodableStateException.class).isThrownBy(() -> codec.encode(ring));
  }

  @Test
  void whatIsWrittenCanBeReadHoweverDeepOrLong() {
    StateCodec<Node> codec = StateCodec.of(Node.class, Node::new);
    Node top = new Node();
    for (int i = 0; i < 490; i++) {
      Node above = new Node();
      above.next = top;
      top = above;
    }
    byte[] image = codec.encode(top);
    assertThat(codec.encode(codec.restore(image))).isEqualTo(image);

    StateCodec<UserId> texts = codec(new UserId(""));
    UserId large = new UserId("\u20ac".repeat(3_000_000));
    assertThat(texts.restore(texts.encode(large))).isEqualTo(large);
  }

  @Test
  void anObjectOfAnotherClassThanDeclaredIsRefused() {
    StateCodec<Holder> codec = StateCodec.of(Holder.class, Holder::new);
    Holder holder = new Holder();
    holder.open = new Secretive();
    assertThatExceptionOfType(UnencodableStateException.class)
        .isThrownBy(() -> codec.encode(holder))
        .withMessageContaining("\"open\"")
        .withMessageNotContaining("hidden")
        .satisfies(e -> assertThat(e.path()).isEqualTo("open"));
  }

  @Test
  void halfASurrogatePairIsKept() {
    StateCodec<UserId> codec = codec(new UserId(""));
    UserId half = new UserId("a\ud800");
    assertThat(codec.decode(codec.encode(half))).isEqualTo(half);
  }

  @Test
  void keysOfMapsAreNotInMessages() {
    record Deep(HashMap<String, Holder> map) {}
    StateCodec<Deep> codec = StateCodec.of(Deep.class, () -> new Deep(new HashMap<>()));
    Holder holder = new Holder();
    holder.open = new Secretive();
    assertThatExceptionOfType(UnencodableStateException.class)
        .isThrownBy(() -> codec.encode(new Deep(new HashMap<>(Map.of("me@home", holder)))))
        .withMessageContaining("map.*.open");
    assertThatExceptionOfType(UndecodableStateException.class)
        .isThrownBy(() -> codec.restore(bytes("{\"map\":{\"me@home\":{\"open\":\"secret\"}}}")))
        .withMessageNotContaining("me@home")
        .withMessageNotContaining("secret")
        .satisfies(e -> assertThat(e.path()).isEqualTo("map.*.open"));
  }

  @Test
  void jacksonsAnnotationsAreFollowed() {
    record Named(@JsonProperty("n") String name, @JsonIgnore @Nullable String hidden) {}
    StateCodec<Named> codec = codec(new Named("a", null));
    assertThat(text(codec.encode(new Named("b", "x")))).isEqualTo("{\"n\":\"b\"}");
    assertThat(codec.restore(bytes("{\"n\":\"c\"}"))).isEqualTo(new Named("c", null));
    assertThat(codec.restore(bytes("{}"))).isEqualTo(new Named("a", null));
  }
}
