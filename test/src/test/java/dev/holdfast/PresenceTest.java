package dev.holdfast;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who is at an instance: the hooks onAttach and onDetach. */
class PresenceTest {

  record Room(List<String> members, int moves) {
    Room with(String id) {
      List<String> more = new ArrayList<>(members);
      more.add(id);
      return new Room(more, moves);
    }

    Room without(String id) {
      return new Room(members.stream().filter(member -> !member.equals(id)).toList(), moves);
    }
  }

  @AutoClose private final Rig rig = new Rig();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final StateModule<Room> rooms =
      room(StateModule.define("Room", new Room(List.of(), 0)).persist(KeyStrategy.byId()));
  private final StateModule<Room> lobby =
      room(StateModule.define("Lobby", new Room(List.of(), 0)).ephemeral(KeyStrategy.global()));
  private final StateModule<Todos> todos =
      Todos.builder("Todos", SavePolicy.committed())
          .onAttach((ctx, session) -> heard.add(session.id() + " at " + ctx.id()))
          .onDetach((ctx, session) -> heard.add(session.id() + " left " + ctx.id()))
          .build();

  private static StateModule<Room> room(StateModule.Builder<Room> builder) {
    return builder
        .admit((session, id) -> true)
        .reduce("move", r -> new Room(r.members(), r.moves() + 1))
        .onAttach((ctx, session) -> ctx.update(r -> r.with(session.id())))
        .onDetach((ctx, session) -> ctx.update(r -> r.without(session.id())))
        .build();
  }

  @Test
  @DisplayName("a room knows who is there, and tells everybody")
  void aRoomKnowsWhoIsThere() {
    var app = rig.inline(rooms);
    var seen = new ArrayList<List<String>>();
    var ann = app.session("ann").ref(rooms, "r").subscribe(r -> seen.add(r.members()));
    var ben = app.session("ben").ref(rooms, "r").subscribe(r -> {});
    assertThat(seen).endsWith(List.of("@ann", "@ben"));
    ben.close();
    assertThat(seen).endsWith(List.of("@ann"));
    ann.close();
    assertThat(app.ref(rooms, "r").state().members()).isEmpty();
  }

  @Test
  @DisplayName("two windows of one session are one presence")
  void twoWindowsAreOnePresence() {
    var app = rig.inline(lobby);
    var mine = app.session("ann").ref(lobby);
    var first = mine.subscribe(r -> {});
    var second = mine.subscribe(r -> {});
    assertThat(mine.state().members()).containsExactly("@ann");
    first.close();
    assertThat(mine.state().members()).containsExactly("@ann");
    second.close();
    assertThat(mine.state().members()).isEmpty();
    mine.subscribe(r -> {});
    assertThat(mine.state().members()).containsExactly("@ann");
  }

  @Test
  @DisplayName("R6 being there makes no record; what others do then saves it")
  void beingThereMakesNoRecord() {
    var app = rig.inline(rooms);
    app.session("ann").ref(rooms, "r").subscribe(r -> {});
    assertThat(rig.shared.load(StateKey.keyed("Room", "r"))).isEmpty();
    app.ref(rooms, "r").dispatch("move");
    assertThat(rig.shared.load(StateKey.keyed("Room", "r"))).isPresent();
  }

  @Test
  @DisplayName("K6 a session that changes its key leaves one instance and comes to the other")
  void changingTheKeyMovesThePresence() {
    var app = rig.inline(todos);
    var mine = app.session("s").ref(todos);
    mine.subscribe(t -> {});
    mine.dispatch("login", Todos.user("ann"));
    mine.dispatch("login", Todos.user("ben"));
    mine.dispatch("logout");
    assertThat(heard.stream().filter(news -> news.endsWith(" ann")))
        .containsExactly("@s at ann", "@s left ann");
    assertThat(heard.stream().filter(news -> news.endsWith(" ben")))
        .containsExactly("@s at ben", "@s left ben");
    assertThat(heard.stream().filter(news -> news.endsWith(" session")))
        .containsExactly("@s at session", "@s left session", "@s at session");
  }

  @Test
  @DisplayName("N2 a session that ends leaves")
  void aSessionThatEndsLeaves() {
    var app = rig.open(rig.here().modules(lobby).sessionTtl(ofHours(1)));
    var connection = app.sessions().connect(null);
    connection.session().ref(lobby).subscribe(r -> {});
    assertThat(app.ref(lobby).state().members()).hasSize(1);
    connection.close();
    rig.clock.advance(ofHours(1).plus(ofMinutes(10)));
    assertThat(app.ref(lobby).state().members()).isEmpty();
  }

  @Test
  @DisplayName("A5 K2 hooks that throw or try to change the key are reported, and change nothing")
  void hooksCannotBreakAnything() {
    var odd =
        Todos.builder("Odd", SavePolicy.committed())
            .onAttach((ctx, session) -> ctx.update(t -> t.with("x").as(Todos.user("ann"))))
            .onDetach(
                (ctx, session) -> {
                  throw new IllegalStateException("odd");
                })
            .build();
    var app = rig.inline(odd);
    var mine = app.session("s").ref(odd);
    mine.subscribe(t -> {}).close();
    assertThat(mine.state()).isEqualTo(Todos.EMPTY);
    assertThat(mine.dispatch("add", "milk").items()).containsExactly("milk");
    assertThat(rig.shared.load(Todos.keyOf("ann"))).isEmpty();
  }

  @Test
  @DisplayName("a module that only wants to know who leaves is told")
  void aModuleMayOnlyHeedLeaving() {
    var left = counted("Left").onDetach((ctx, session) -> ctx.update(n -> n + 1)).build();
    var app = rig.inline(left);
    app.session("ann").ref(left).subscribe(n -> {}).close();
    assertThat(app.ref(left).state()).isEqualTo(1);
  }

  private static StateModule.Builder<Integer> counted(String name) {
    return StateModule.define(name, 0).ephemeral(KeyStrategy.global());
  }

  @Test
  @DisplayName("R1 who subscribes before the load has come is there when it has")
  void whoCameBeforeTheLoadIsThere() {
    try (Lab lab = Lab.threaded(rooms)) {
      lab.store.loading().hang();
      lab.app.session("ann").ref(rooms, "r").subscribe(r -> {});
      lab.store.loading().recover().release();
      Rig.until(() -> lab.app.ref(rooms, "r").state().members().contains("@ann"));
    }
  }
}
