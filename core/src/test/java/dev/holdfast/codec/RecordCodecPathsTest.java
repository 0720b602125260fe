package dev.holdfast.codec;

import static dev.holdfast.codec.States.bytes;
import static dev.holdfast.codec.States.codec;
import static dev.holdfast.codec.States.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which members of a state are saved and restored: paths and {@link Ephemeral}. */
@NullMarked
final class RecordCodecPathsTest {

  record User(@Nullable String name, int age, @Ephemeral boolean typing) {}

  record Cart(@Nullable User user, Optional<User> guest, List<User> friends, int count) {}

  private static final User ANN = new User("Ann", 40, true);
  private static final Cart CART =
      new Cart(new User("nobody", 18, true), Optional.empty(), List.of(), 1);

  static <S> RecordCodec<S> only(StateCodec<S> states, String... paths) {
    RecordForm form = new RecordForm(List.of(paths), List.of(), 1, 1, null, Map.of());
    return RecordCodec.of(states, form, (path, valid) -> " of " + valid);
  }

  static <S> RecordCodec<S> except(StateCodec<S> states, String... paths) {
    RecordForm form = new RecordForm(null, List.of(paths), 1, 1, null, Map.of());
    return RecordCodec.of(states, form, (path, valid) -> " of " + valid);
  }

  static <S> String saved(StateCodec<S> states, RecordCodec<S> records, S state) {
    return text(records.write(states.encode(state), UnknownMembers.NONE).json());
  }

  private final StateCodec<Cart> states = codec(CART);

  private Cart restored(RecordCodec<Cart> records, String json) {
    return records.read(bytes(json), 1).state();
  }

  @Test
  void pathsAreSavedAndNothingElse() {
    RecordCodec<Cart> records = only(states, "count", "user.name");
    Cart cart = new Cart(ANN, Optional.of(ANN), List.of(ANN), 7);
    assertThat(saved(states, records, cart)).isEqualTo("{\"user\":{\"name\":\"Ann\"},\"count\":7}");
  }

  @Test
  @DisplayName("hazard 55, R4: restoring user.name keeps the default of user.age")
  void siblingsOfPathsKeepTheirDefaults() {
    RecordCodec<Cart> records = only(states, "count", "user.name");
    assertThat(restored(records, "{\"user\":{\"name\":\"Ann\"},\"count\":7}"))
        .isEqualTo(new Cart(new User("Ann", 18, true), Optional.empty(), List.of(), 7));
  }

  @Test
  void whatIsNotSelectedIsNotRestoredEither() {
    RecordCodec<Cart> records = only(states, "count");
    assertThat(restored(records, "{\"user\":{\"name\":7},\"friends\":\"wrong\",\"count\":7}"))
        .isEqualTo(new Cart(CART.user(), Optional.empty(), List.of(), 7));
  }

  @Test
  void exceptPathsLeaveTheRest() {
    RecordCodec<Cart> records = except(states, "user.age", "friends");
    Cart cart = new Cart(ANN, Optional.of(ANN), List.of(ANN), 7);
    String json =
        "{\"user\":{\"name\":\"Ann\"},\"guest\":{\"name\":\"Ann\",\"age\":40},\"count\":7}";
    assertThat(saved(states, records, cart)).isEqualTo(json);
    assertThat(restored(records, json))
        .isEqualTo(
            new Cart(
                new User("Ann", 18, true), Optional.of(new User("Ann", 40, false)), List.of(), 7));
  }

  @Test
  void pathsLeadThroughOptionals() {
    RecordCodec<Cart> records = only(states, "guest.name");
    assertThat(saved(states, records, new Cart(null, Optional.of(ANN), List.of(), 7)))
        .isEqualTo("{\"guest\":{\"name\":\"Ann\"}}");
    assertThat(restored(records, "{\"guest\":{\"name\":\"Ann\"}}").guest())
        .contains(new User("Ann", 0, false));
  }

  @Test
  void nothingThereIsSavedAsNull() {
    RecordCodec<Cart> records = only(states, "user.name");
    assertThat(saved(states, records, new Cart(null, Optional.empty(), List.of(), 7)))
        .isEqualTo("{\"user\":null}");
    record Person(@Nullable User user) {}
    StateCodec<Person> persons = codec(new Person(ANN));
    assertThat(only(persons, "user.name").read(bytes("{\"user\":null}"), 1).state().user())
        .isNull();
  }

  @Test
  void ephemeralMembersAreNeverSavedAtAnyDepth() {
    RecordCodec<Cart> records = except(states);
    assertThat(records.isPartial()).isTrue();
    Cart cart = new Cart(ANN, Optional.of(ANN), List.of(ANN), 1);
    String ann = "{\"name\":\"Ann\",\"age\":40}";
    assertThat(saved(states, records, cart))
        .isEqualTo(
            "{\"user\":%s,\"guest\":%s,\"friends\":[%s],\"count\":1}".formatted(ann, ann, ann));
  }

  @Test
  void ephemeralMembersAreNeverRestored() {
    RecordCodec<Cart> records = except(states);
    assertThat(restored(records, "{\"user\":{\"typing\":false},\"friends\":[{\"typing\":true}]}"))
        .isEqualTo(
            new Cart(
                new User("nobody", 18, true),
                Optional.empty(),
                List.of(new User(null, 0, false)),
                1));
  }

  static final class Draft {
    String text = "";
    @Ephemeral int cursor = 3;
    transient int cached;
  }

  @Test
  void fieldsOfClassesMayBeEphemeral() {
    StateCodec<Draft> drafts = StateCodec.of(Draft.class, Draft::new);
    RecordCodec<Draft> records = except(drafts);
    Draft draft = new Draft();
    draft.text = "typed";
    draft.cursor = 9;
    assertThat(saved(drafts, records, draft)).isEqualTo("{\"text\":\"typed\"}");
    assertThat(records.read(bytes("{\"text\":\"x\",\"cursor\":7}"), 1).state().cursor).isEqualTo(3);
  }

  @Test
  void withoutPathsTheStoredFormIsTheWholeState() {
    record Plain(int a) {}
    StateCodec<Plain> plain = codec(new Plain(1));
    RecordCodec<Plain> records = except(plain);
    assertThat(records.isPartial()).isFalse();
    byte[] whole = plain.encode(new Plain(2));
    assertThat(records.write(whole, UnknownMembers.NONE).json()).isSameAs(whole);
  }

  @Test
  void dotsAndBackslashesInNamesAreEscaped() {
    record Odd(@JsonProperty("a.b") int dotted, @JsonProperty("c\\d") int slashed, int e) {}
    StateCodec<Odd> odd = codec(new Odd(1, 2, 3));
    assertThat(saved(odd, only(odd, "a\\.b", "c\\\\d"), new Odd(4, 5, 6)))
        .isEqualTo("{\"a.b\":4,\"c\\\\d\":5}");
    assertThat(MemberPath.parse("a\\.b.c\\\\d")).containsExactly("a.b", "c\\d");
    assertThat(MemberPath.text(List.of("a.b", "c\\d"))).isEqualTo("a\\.b.c\\\\d");
  }

  sealed interface Light permits Off, On {}

  record Off() implements Light {}

  record On(int level, int watts) implements Light {}

  @Test
  void pathsLeadIntoTheVariantsThatHaveThem() {
    record Room(Light light) {}
    StateCodec<Room> rooms = codec(new Room(new On(1, 2)));
    RecordCodec<Room> records = only(rooms, "light.level");
    assertThat(saved(rooms, records, new Room(new On(8, 9))))
        .isEqualTo("{\"light\":{\"@type\":\"On\",\"level\":8}}");
    assertThat(saved(rooms, records, new Room(new Off())))
        .isEqualTo("{\"light\":{\"@type\":\"Off\"}}");
    assertThat(records.again(new Room(new On(8, 9)))).isEqualTo(new Room(new On(8, 2)));
    assertThat(records.again(new Room(new Off()))).isEqualTo(new Room(new Off()));
  }

  record Ring(int value, @Nullable Ring next) {}

  @Test
  void pathsLeadIntoTypesThatHoldThemselves() {
    StateCodec<Ring> rings = codec(new Ring(0, null));
    Ring three = new Ring(1, new Ring(2, new Ring(3, null)));
    assertThat(saved(rings, only(rings, "value", "next.next"), three))
        .isEqualTo("{\"value\":1,\"next\":{\"next\":{\"value\":3,\"next\":null}}}");
    assertThat(saved(rings, except(rings, "next.value"), three))
        .isEqualTo("{\"value\":1,\"next\":{\"next\":{\"value\":3,\"next\":null}}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cuont|\"cuont\" leads nowhere of [user, guest, friends, count]",
        "user.nmae|\"user.nmae\" leads nowhere of [user.name, user.age]",
        "guest.nmae|\"guest.nmae\" leads nowhere of [guest.name, guest.age]",
        "friends.name|\"friends.name\" goes into \"friends\", which is saved whole or not at all",
        "user.name.x|\"user.name.x\" goes into \"user.name\", which is saved whole",
        "user.typing|\"user.typing\" leads to what is @Ephemeral",
        "user..name|\"user..name\" has an empty name",
        "user.|\"user.\" has an empty name",
        "us\\er|a backslash stands before a dot or a backslash only",
      })
  void pathsThatLeadNowhereAreRefused(String path, String message) {
    assertThatThrownBy(() -> only(states, "count", path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> except(states, path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  @DisplayName("K4: what is not saved stays with its key")
  void excludedMembersAreNotCarried() {
    RecordCodec<Cart> records = only(states, "count", "user.name");
    Cart before = new Cart(new User("A", 1, false), Optional.empty(), List.of(), 1);
    Cart after = new Cart(new User("B", 2, true), Optional.of(ANN), List.of(ANN), 2);
    Cart onto = new Cart(new User("C", 3, false), Optional.empty(), List.of(), 3);
    assertThat(records.carry(before, after, onto))
        .isEqualTo(new Cart(new User("B", 3, false), Optional.empty(), List.of(), 2));
    Cart without = new Cart(null, Optional.empty(), List.of(), 3);
    assertThat(records.carry(before, after, without).user()).isEqualTo(new User("B", 0, false));
  }

  @Test
  void statesThatDifferOnlyInWhatIsNotSavedAreTheSame() {
    RecordCodec<Cart> records = only(states, "count");
    Cart other = new Cart(ANN, Optional.of(ANN), List.of(ANN), 1);
    assertThat(records.isSame(states.encode(CART), states.encode(other))).isTrue();
    Cart more = new Cart(CART.user(), Optional.empty(), List.of(), 2);
    assertThat(records.isSame(states.encode(CART), states.encode(more))).isFalse();
  }

  @Test
  void numbersKeepTheirFormOnTheirWay() {
    record Numbers(double a, float b, BigDecimal c, long d, double e, @Ephemeral int f) {}
    Numbers some =
        new Numbers(-0.0, 1e-30f, new BigDecimal("1.2300E+40"), Long.MAX_VALUE, 1e300, 1);
    StateCodec<Numbers> numbers = codec(some);
    assertThat(except(numbers).again(some)).isEqualTo(some);
    Numbers odd = new Numbers(Double.NaN, Float.NEGATIVE_INFINITY, some.c(), 0, 0.1, 1);
    assertThat(except(numbers).again(odd)).isEqualTo(odd);
  }
}
