package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.codec.Ephemeral;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A state of which only a part is saved: what is written, shown, restored, and left at its key. */
class PathsTest {

  record User(String name, int age) {}

  record Form(@Nullable String owner, String text, int cursor, User user, @Ephemeral int typing) {
    Form cursor(int to) {
      return new Form(owner, text, to, user, typing + 1);
    }

    Form text(String to) {
      return new Form(owner, to, cursor, user, typing);
    }

    Form owner(@Nullable String to) {
      return new Form(to, text, cursor + 1, user, typing + 1);
    }
  }

  private static final Form EMPTY = new Form(null, "", 0, new User("nobody", 18), 0);
  private static final StateKey KEY = StateKey.keyed("Form", "f");

  private static StateModule.Builder<Form> builder(
      KeyStrategy<Form> strategy, Consumer<Persistence<Form>> how) {
    return StateModule.define("Form", EMPTY)
        .persist(strategy, how)
        .reduce("move", Integer.class, Form::cursor)
        .reduce("type", String.class, Form::text)
        .reduce("login", String.class, Form::owner)
        .reduce("logout", form -> form.owner(null));
  }

  private final StateModule<Form> forms =
      builder(KeyStrategy.byId(), p -> p.paths("text", "user.name")).build();

  @Test
  @DisplayName(
      "hazard 55: what paths leave out is not in the record, and is default after a restart")
  void whatPathsLeaveOutIsNeitherSavedNorRestored() {
    try (Lab lab = Lab.inline(forms)) {
      lab.app.ref(forms, "f").dispatch("move", 7);
      lab.app.ref(forms, "f").dispatch("type", "typed");

      assertThat(lab.text(KEY)).contains("\"text\":\"typed\"").doesNotContain("cursor", "age");
      lab.restart();
      assertThat(lab.app.ref(forms, "f").state()).isEqualTo(EMPTY.text("typed"));
    }
  }

  @Test
  @DisplayName("hazard 55, R4: a record with more than the paths restores only them")
  void whatPathsLeaveOutIsNotReadFromARecordEither() {
    try (Lab lab = Lab.inline(forms)) {
      lab.plant(KEY, "{\"text\":\"kept\",\"cursor\":9,\"user\":{\"name\":\"Ann\",\"age\":40}}");

      assertThat(lab.app.ref(forms, "f").state())
          .isEqualTo(new Form(null, "kept", 0, new User("Ann", 18), 0));

      lab.app.ref(forms, "f").dispatch("type", "x");
      assertThat(lab.text(KEY)).as("known but excluded").doesNotContain("cursor", "age");
    }
  }

  @Test
  @DisplayName("A4: a change of what is not saved is shown and written nowhere")
  void changeOfWhatIsNotSavedIsShownAndNotWritten() {
    for (SavePolicy policy :
        List.of(
            SavePolicy.committed(),
            SavePolicy.writeBehind(Duration.ofMillis(1), java.time.Duration.ofMillis(1)))) {
      StateModule<Form> module =
          builder(KeyStrategy.byId(), p -> p.paths("text").save(policy)).build();
      try (Lab lab = Lab.inline(module)) {
        StateRef<Form> form = lab.app.ref(module, "f");
        List<Integer> shown = new ArrayList<>();
        try (Subscription cursor = form.subscribe(f -> shown.add(f.cursor()))) {
          assertThat(form.dispatch("move", 7).cursor()).isEqualTo(7);
          form.flush();
          assertThat(lab.record(KEY)).as("R6").isNull();
          form.dispatch("type", "typed");
          form.flush();
          assertThat(lab.writesOf(KEY)).isEqualTo(1);

          assertThat(form.dispatch("move", 8).cursor()).isEqualTo(8);
          form.flush();

          assertThat(form.state().cursor()).isEqualTo(8);
          assertThat(shown).contains(7, 8);
          assertThat(lab.writesOf(KEY)).isEqualTo(1);
          assertThat(form.dispatch("type", "more").cursor()).isEqualTo(8);
          form.flush();
          assertThat(lab.writesOf(KEY)).isEqualTo(2);
        }
      }
    }
  }

  @Test
  @DisplayName("S1, A4: a state that looks stored is written while a lost write may have landed")
  void nothingCountsAsStoredWhileAWriteIsInDoubt() {
    try (Rig rig = new Rig()) {
      Holdfast app = rig.inline(forms);
      app.ref(forms, "f").dispatch("type", "one");
      rig.store.loseNextReplies(1);
      var two = app.ref(forms, "f").dispatchAsync("type", "two");
      var one = app.ref(forms, "f").dispatchAsync("type", "one");
      rig.clock.advance(Duration.ofSeconds(10));

      assertThat(two).isCompleted();
      assertThat(one).isCompleted();
      assertThat(rig.shared.load(KEY).orElseThrow().text()).contains("\"text\":\"one\"");
    }
  }

  @Test
  @DisplayName("K4: what is not saved does not cross from key to key")
  void excludedMembersStayAtTheirKey() {
    StateModule<Form> module =
        builder(KeyStrategy.withKey(form -> form.owner()), p -> p.paths("owner", "text")).build();
    try (Lab lab = Lab.inline(module)) {
      StateRef<Form> form = lab.app.session("s").ref(module);
      form.dispatch("login", "ann");
      form.dispatch("move", 40);
      assertThat(form.state().cursor()).isEqualTo(40);

      assertThat(form.dispatch("login", "bob")).isEqualTo(new Form("bob", "", 0, EMPTY.user(), 0));
      assertThat(form.dispatch("logout")).isEqualTo(EMPTY);
      assertThat(form.dispatch("login", "ann").owner()).isEqualTo("ann");
      assertThat(lab.text(StateKey.keyed("Form", "bob"))).doesNotContain("cursor");
    }
  }

  @Test
  @DisplayName("K5: a key that is not among the paths is found out before anything is stored there")
  void keyOutsideThePathsIsRefusedBeforeTheFirstWrite() {
    StateModule<Form> module =
        builder(KeyStrategy.withKey(form -> form.owner()), p -> p.paths("text")).build();
    try (Lab lab = Lab.inline(module)) {
      StateRef<Form> form = lab.app.session("s").ref(module);
      assertThatThrownBy(() -> form.dispatch("login", "ann")).isInstanceOf(KeyException.class);
      assertThat(lab.ids("Form")).isEmpty();
      assertThat(form.state()).isEqualTo(EMPTY);
    }
  }

  @Test
  @DisplayName("R4: a path that leads nowhere fails at definition, with the nearest that does")
  void unknownPathFailsAtDefinition() {
    assertThatThrownBy(() -> builder(KeyStrategy.byId(), p -> p.paths("text", "user.nmae")).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"user.nmae\" leads nowhere; did you mean \"user.name\"?");
    assertThatThrownBy(() -> builder(KeyStrategy.byId(), p -> p.exceptPaths("txet")).build())
        .hasMessageContaining("\"txet\" leads nowhere; did you mean \"text\"?");
  }

  @Test
  void pathsAreSaidOnceAndOneWay() {
    assertThatThrownBy(
            () ->
                builder(KeyStrategy.byId(), p -> p.paths("text").exceptPaths("cursor").paths())
                    .build())
        .hasMessageContaining("paths names no path")
        .hasMessageContaining("paths is said twice")
        .hasMessageContaining("paths and exceptPaths are both said");
  }

  @Test
  @DisplayName("A6: actions that undo each other before one commit are known by their ids after it")
  void idsOfWhatUndoesEachOtherAreStored() {
    try (Rig rig = new Rig()) {
      Holdfast app = rig.threaded(forms);
      StateRef<Form> form = app.ref(forms, "f");
      form.dispatch("type", "first");
      rig.store.writing().hang();
      var held = form.dispatchAsync("type", "second");
      rig.store.writing().awaitHung();
      var there = form.withActionId("a.1").dispatchAsync("type", "third");
      var back = form.withActionId("b.1").dispatchAsync("type", "second");
      rig.store.writing().recover().release();
      Rig.answer(held);
      Rig.answer(there);
      Rig.answer(back);
      app.close();
      StateRef<Form> again = rig.inline(forms).ref(forms, "f");
      assertThat(again.withActionId("a.1").dispatch("type", "third").text()).isEqualTo("second");
    }
  }
}
