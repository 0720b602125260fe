package dev.holdfast.codec;

import static dev.holdfast.codec.States.codec;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.codec.States.Draft;
import dev.holdfast.codec.States.Light;
import dev.holdfast.codec.States.Off;
import dev.holdfast.codec.States.On;
import dev.holdfast.codec.States.Place;
import dev.holdfast.codec.States.Room;
import dev.holdfast.codec.States.Todo;
import dev.holdfast.codec.States.Todos;
import dev.holdfast.codec.States.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Carrying what an action changed onto another state. */
@NullMarked
final class StateCodecCarryTest {

  private final StateCodec<Todos> codec = codec(new Todos(null, List.of()));
  private final List<Todo> stored = List.of(new Todo("x", true));
  private final List<Todo> mine = List.of(new Todo("mine", false));

  @Test
  void anObjectThatTheActionMadeIsCarriedAndListsAreNot() {
    Todos carried =
        codec.carry(
            new Todos(null, mine),
            new Todos(new User("b", "B"), List.of()),
            new Todos(null, stored));
    assertThat(carried).isEqualTo(new Todos(new User("b", "B"), stored));
  }

  @Test
  void scalarsAreCarriedAtTheDeepestComponent() {
    User a = new User("a", "A");
    assertThat(
            codec.carry(
                new Todos(a, mine),
                new Todos(new User("b", "A"), mine),
                new Todos(new User("b", "Stored"), stored)))
        .isEqualTo(new Todos(new User("b", "Stored"), stored));
    assertThat(
            codec.carry(
                new Todos(a, mine),
                new Todos(new User("b", null), mine),
                new Todos(new User("b", "Stored"), stored)))
        .isEqualTo(new Todos(new User("b", null), stored));
  }

  @Test
  void anObjectThatTheActionRemovedIsRemoved() {
    assertThat(
            codec.carry(
                new Todos(new User("a", "A"), mine),
                new Todos(null, List.of()),
                new Todos(new User("b", "B"), stored)))
        .isEqualTo(new Todos(null, stored));
  }

  @Test
  void nothingIsCarriedWhereNoScalarChanged() {
    Todos onto = new Todos(null, stored);
    User same = new User("a", "A");
    assertThat(codec.carry(new Todos(same, mine), new Todos(same, List.of()), onto))
        .isEqualTo(onto);
  }

  @Test
  void aNewVariantComesWithItsScalarsAndEmptyCollections() {
    StateCodec<Room> rooms = codec(new Room(new Off(), List.of(), Map.of(), Optional.empty()));
    Room before = new Room(new Off(), List.of(), Map.of(), Optional.empty());
    Room after =
        new Room(
            new On(5, List.of("guest")),
            List.of(new Off()),
            Map.of(),
            Optional.of(new On(6, List.of("guest"))));
    Room carried = rooms.carry(before, after, before);
    assertThat(carried)
        .isEqualTo(
            new Room(new On(5, List.of()), List.of(), Map.of(), Optional.of(new On(6, List.of()))));

    Room onto = new Room(new On(1, List.of("stored")), List.of(), Map.of(), Optional.empty());
    assertThat(rooms.carry(before, after, onto).light()).isEqualTo(new On(5, List.of("stored")));
  }

  @Test
  void aChangeWithinAVariantStaysWithinIt() {
    StateCodec<Light> lights = StateCodec.of(Light.class, Off::new);
    On before = new On(1, List.of("a"));
    On after = new On(2, List.of("a", "b"));
    assertThat(lights.carry(before, after, new On(9, List.of("s"))))
        .isEqualTo(new On(2, List.of("s")));
    assertThat(lights.carry(before, after, new Off())).isEqualTo(new On(2, List.of()));
    assertThat(lights.carry(before, before, new Off())).isEqualTo(new Off());
  }

  @Test
  void optionalScalarsAreScalars() {
    record Both(Optional<String> a, Optional<List<String>> b) {}
    StateCodec<Both> both = codec(new Both(Optional.empty(), Optional.empty()));
    Both carried =
        both.carry(
            new Both(Optional.empty(), Optional.empty()),
            new Both(Optional.of("x"), Optional.of(List.of("x"))),
            new Both(Optional.of("s"), Optional.of(List.of("s"))));
    assertThat(carried).isEqualTo(new Both(Optional.of("x"), Optional.of(List.of("s"))));
  }

  @Test
  void plainClassesGiveAFreshObject() {
    StateCodec<Draft> drafts = StateCodec.of(Draft.class, Draft::new);
    Draft before = new Draft();
    Draft after = new Draft();
    after.edits = 5;
    after.tags.add("guest");
    after.other = Place.create();
    after.other.city = "Oslo";
    after.other.roads.add("guest");
    Draft onto = new Draft();
    onto.text = "stored";
    onto.tags = new ArrayList<>(List.of("stored"));

    Draft carried = drafts.carry(before, after, onto);
    assertThat(carried.edits).isEqualTo(5);
    assertThat(carried.text).isEqualTo("stored");
    assertThat(carried.tags).containsExactly("stored").isNotSameAs(onto.tags);
    assertThat(requireNonNull(carried.other).city).isEqualTo("Oslo");
    assertThat(carried.other.roads).isEmpty();
    assertThat(onto.edits).isZero();
    assertThat(drafts.carry(before, before, onto)).isNotSameAs(onto);
  }
}
