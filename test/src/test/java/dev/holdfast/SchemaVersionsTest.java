package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.codec.JsonTree;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Records of older and newer schema versions (law R5). */
class SchemaVersionsTest {

  record Draft(String text, int edits) {
    Draft typed(String to) {
      return new Draft(to, edits + 1);
    }
  }

  private static final StateKey KEY = StateKey.keyed("Draft", "d");

  private static void up(JsonTree tree) {
    tree.rename("body", "text");
  }

  private static void down(JsonTree tree) {
    tree.rename("text", "body");
  }

  private static StateModule.Builder<Draft> builder(Consumer<Persistence<Draft>> how) {
    return StateModule.define("Draft", new Draft("", 0))
        .persist(KeyStrategy.byId(), how)
        .reduce("type", String.class, Draft::typed)
        .reduce("nothing", draft -> draft);
  }

  private static StateModule<Draft> module(Consumer<Persistence<Draft>> how) {
    return builder(how).build();
  }

  private static int version(Lab lab) {
    return Objects.requireNonNull(lab.record(KEY)).schemaVersion();
  }

  @Test
  @DisplayName("R5, R6: an older record is migrated when loaded, and written with the first change")
  void olderRecordIsMigratedAndWrittenWithTheFirstChange() {
    AtomicInteger runs = new AtomicInteger();
    StateModule<Draft> two =
        module(
            p ->
                p.version(2)
                    .migrate(
                        1,
                        tree -> {
                          up(tree);
                          runs.incrementAndGet();
                        }));
    try (Lab lab = Lab.inline(two)) {
      StateRecord planted = lab.plant(KEY, "{\"body\":\"old\",\"edits\":3}");
      assertThat(lab.app.ref(two, "d").dispatch("nothing")).isEqualTo(new Draft("old", 3));
      assertThat(lab.record(KEY)).isEqualTo(planted);

      lab.app.ref(two, "d").dispatch("type", "new");
      assertThat(version(lab)).isEqualTo(2);
      assertThat(lab.text(KEY)).contains("\"text\":\"new\"").doesNotContain("body");
      lab.restart();
      assertThat(lab.app.ref(two, "d").state()).isEqualTo(new Draft("new", 4));
      assertThat(runs).as("once, for the record of version 1").hasValue(1);
    }
  }

  @Test
  @DisplayName("hazard 19, R5: a newer record fails actions before they run, and is unchanged")
  void newerRecordIsRefusedAndUnchanged() {
    StateModule<Draft> one = module(p -> p.onUnreadable(Unreadable.QUARANTINE));
    try (Lab lab = Lab.inline(one)) {
      StateRecord planted =
          lab.plant(KEY, 2, Lab.utf8("{\"format\":1,\"state\":{\"text\":\"newer\"}}"));
      for (int access = 0; access < 2; access++) {
        assertThatThrownBy(() -> lab.app.ref(one, "d").dispatch("type", "x"))
            .isInstanceOfSatisfying(
                NewerRecordException.class, e -> assertThat(e.code()).isEqualTo("newer-record"))
            .hasMessageContaining("has schema version 2, this program's is 1")
            .hasMessageContaining(planted.revision().toString());
        lab.restart();
      }
      assertThat(lab.record(KEY)).isEqualTo(planted);
      assertThat(lab.store.writes()).isEmpty();
    }
  }

  @Test
  @DisplayName("S4, R5: a newer record of another writer stops the instance, and is unchanged")
  void newerRecordOfAnotherWriterStopsTheInstance() {
    StateModule<Draft> one = module(p -> {});
    try (Lab lab = Lab.inline(one)) {
      lab.app.ref(one, "d").dispatch("type", "mine");
      StateRecord planted =
          lab.plant(KEY, 2, Lab.utf8("{\"format\":1,\"state\":{\"text\":\"newer\"}}"));
      assertThatThrownBy(() -> lab.app.ref(one, "d").dispatch("type", "again"))
          .isInstanceOf(NewerRecordException.class);
      assertThat(lab.record(KEY)).isEqualTo(planted);
    }
  }

  @Test
  @DisplayName("R5: a version step over running nodes in two releases, with a roll-back")
  void versionStepOverRunningNodes() {
    StateModule<Draft> first =
        module(
            p ->
                p.version(2)
                    .writes(1, SchemaVersionsTest::down)
                    .migrate(1, SchemaVersionsTest::up));
    StateModule<Draft> second = module(p -> p.version(2).migrate(1, SchemaVersionsTest::up));
    try (Lab lab = Lab.inline(first)) {
      lab.plant(KEY, "{\"body\":\"old\",\"edits\":3,\"extra\":1}");
      lab.app.ref(first, "d").dispatch("type", "first");
      assertThat(version(lab)).isEqualTo(1);
      assertThat(lab.text(KEY)).contains("\"body\":\"first\"", "\"extra\":1");
      try (Holdfast next = Holdfast.open(lab.store, second)) {
        assertThat(next.ref(second, "d").dispatch("type", "second").edits()).isEqualTo(5);
      }
      assertThat(version(lab)).isEqualTo(2);
      lab.restart();
      assertThat(lab.app.ref(first, "d").state()).isEqualTo(new Draft("second", 5));
      lab.app.ref(first, "d").dispatch("type", "back");
      assertThat(version(lab)).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("R3, R5: a step that throws leaves the record as it is")
  void stepThatThrowsLeavesTheRecordAsItIs() {
    StateModule<Draft> broken = module(p -> p.version(2).migrate(1, tree -> tree.number("body")));
    try (Lab lab = Lab.inline(broken)) {
      StateRecord planted = lab.plant(KEY, "{\"body\":\"precious\"}");
      assertThatThrownBy(() -> lab.app.ref(broken, "d").dispatch("type", "x"))
          .isInstanceOf(UnreadableRecordException.class)
          .hasMessageContaining("step from schema version 1")
          .hasMessageNotContaining("precious");
      lab.restart();
      assertThat(lab.record(KEY)).isEqualTo(planted);
    }
  }

  @Test
  @DisplayName("S7: a step down that fails fails the action, and the last committed state stands")
  void stepDownThatFailsFailsTheAction() {
    StateModule<Draft> first =
        module(
            p ->
                p.version(2)
                    .migrate(1, SchemaVersionsTest::up)
                    .writes(
                        1,
                        tree -> {
                          if ("bad".equals(tree.text("text"))) {
                            throw new IllegalStateException("bad");
                          }
                          down(tree);
                        }));
    try (Lab lab = Lab.inline(first)) {
      lab.app.ref(first, "d").dispatch("type", "good");
      assertThatThrownBy(() -> lab.app.ref(first, "d").dispatch("type", "bad"))
          .isInstanceOf(StateRejectedException.class)
          .hasMessageContaining("step down to schema version 1");
      assertThat(lab.app.ref(first, "d").state().text()).isEqualTo("good");
      assertThat(lab.app.ref(first, "d").dispatch("type", "fine").edits()).isEqualTo(2);
    }
  }

  @Test
  @DisplayName("R5: a gap between versions is found when the module is built")
  void gapBetweenVersionsIsFoundAtDefinition() {
    assertThatThrownBy(() -> module(p -> p.version(4).migrate(2, SchemaVersionsTest::up)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the step from version 1 to 2 is missing")
        .hasMessageContaining("the step from version 3 to 4 is missing");
    assertThatThrownBy(() -> module(p -> p.migrate(1, SchemaVersionsTest::up)))
        .hasMessageContaining("a step from version 1 leads past version 1");
    assertThatThrownBy(
            () ->
                module(
                    p ->
                        p.version(2)
                            .migrate(1, SchemaVersionsTest::up)
                            .migrate(1, SchemaVersionsTest::up)))
        .hasMessageContaining("two steps from version 1");
    assertThatThrownBy(() -> module(p -> p.version(0)))
        .hasMessageContaining("a version is 1 or more, got 0");
    assertThatThrownBy(
            () ->
                module(
                    p ->
                        p.version(2)
                            .migrate(1, SchemaVersionsTest::up)
                            .writes(2, SchemaVersionsTest::down)))
        .hasMessageContaining("writes is below the version, 1 to 1, got 2");
  }
}
