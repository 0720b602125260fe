package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.RestoreInfo.Cause;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a restore gives, what it must never destroy, and who may look (laws R1 to R6). */
class RestoreHazardsTest {

  record Owner(String name, int age) {}

  record Draft(String text, List<String> tags, Owner owner, int edits) {}

  private static final Draft EMPTY = new Draft("", List.of("new"), new Owner("nobody", 18), 0);
  private static final StateKey KEY = StateKey.session("Draft", "@s");

  private final List<RestoreInfo> created = new ArrayList<>();
  private final StateModule<Draft> drafts =
      builder().onCreated((ctx, restore) -> created.add(restore)).build();

  private static StateModule.Builder<Draft> builder() {
    return StateModule.define("Draft", EMPTY)
        .persist(KeyStrategy.session())
        .reduce("type", String.class, RestoreHazardsTest::typed)
        .reduce("nothing", d -> d);
  }

  private static Draft typed(Draft draft, String text) {
    return new Draft(text, draft.tags(), draft.owner(), draft.edits() + 1);
  }

  private StateRef<Draft> draft(Lab lab) {
    return lab.app.session("s").ref(drafts);
  }

  static Stream<Arguments> unreadable() {
    String state = "{\"text\":\"precious\"}";
    String whole = "{\"format\":1,\"state\":" + state + "}";
    return Stream.of(
            Arguments.of("H22 truncated", 1, Lab.utf8(whole.substring(0, 30))),
            Arguments.of(
                "H22 truncated by its last brace",
                1,
                Lab.utf8(whole.substring(0, whole.length() - 1))),
            Arguments.of("H22 not JSON", 1, Lab.utf8("precious")),
            Arguments.of("H22 zeros", 1, new byte[64]),
            Arguments.of("H22 another encoding", 1, whole.getBytes(StandardCharsets.UTF_16)),
            Arguments.of("H22 bytes that are no UTF-8", 1, latin1("{\"text\":\"pr\u00e9cieux\"}")),
            Arguments.of("H22 something behind it", 1, Lab.utf8(whole + "{}")),
            Arguments.of("H22 no state", 1, Lab.utf8("{\"format\":1}")),
            Arguments.of("H22 another format", 1, Lab.utf8("{\"format\":2,\"state\":{}}")),
            Arguments.of("R4 null for a state", 1, wrapped("null")),
            Arguments.of("R4 a list for a state", 1, wrapped("[]")),
            Arguments.of("H18 text for a number", 1, wrapped("{\"edits\":\"7\"}")),
            Arguments.of("H18 a fraction for a whole number", 1, wrapped("{\"edits\":7.5}")),
            Arguments.of("H18 a number for text", 1, wrapped("{\"text\":7}")),
            Arguments.of("H18 a list for a record", 1, wrapped("{\"owner\":[\"precious\"]}")),
            Arguments.of("H18 text for a list", 1, wrapped("{\"tags\":\"precious\"}")),
            Arguments.of("H18 a number in a list of texts", 1, wrapped("{\"tags\":[\"a\",1]}")),
            Arguments.of("H19 a newer schema", 2, Lab.utf8(whole)))
        .peek(arguments -> assertThat(arguments.get()).hasSize(3));
  }

  private static byte[] wrapped(String state) {
    return Lab.utf8("{\"format\":1,\"state\":" + state + "}");
  }

  private static byte[] latin1(String state) {
    return ("{\"format\":1,\"state\":" + state + "}").getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unreadable")
  @DisplayName("H18 H19 H22 R2 R3 an unreadable record is an error and stays as it is")
  void unreadableRecordIsAnErrorAndStaysAsItIs(String what, int schemaVersion, byte[] content) {
    try (Lab lab = Lab.inline(drafts)) {
      byte[] kept = content.clone();
      StateRecord planted = lab.plant(KEY, schemaVersion, content);

      for (int access = 0; access < 2; access++) {
        assertThatThrownBy(() -> draft(lab).state()).as(what).isInstanceOf(LoadException.class);
        assertThatThrownBy(() -> draft(lab).dispatch("type", "over it"))
            .isInstanceOf(LoadException.class)
            .hasMessageNotContaining("precious");
        assertThat(draft(lab).dispatchAsync("nothing")).isCompletedExceptionally();
      }
      lab.restart();

      assertThat(lab.record(KEY)).isEqualTo(planted);
      assertThat(Objects.requireNonNull(lab.record(KEY)).content()).isEqualTo(kept);
      assertThat(lab.writesOf(KEY)).isZero();
      assertThat(created).as("no hook ran").isEmpty();
    }
  }

  @Test
  @DisplayName("R2 the next access works again once the record is mended")
  void mendedRecordIsReadAtTheNextAccess() {
    try (Lab lab = Lab.inline(drafts)) {
      lab.plant(KEY, 1, Lab.utf8("{\"format\":1,\"sta"));
      var draft = draft(lab);
      assertThatThrownBy(draft::state).isInstanceOf(LoadException.class);

      lab.plant(KEY, "{\"text\":\"mended\"}");

      assertThat(draft.state().text()).isEqualTo("mended");
      assertThat(draft.dispatch("type", "next").text()).isEqualTo("next");
      assertThat(created).hasSize(1);
    }
  }

  @Test
  @DisplayName("H12 a failed load: no hook, no action, no save; then it works again")
  void failedLoadRunsNothingAndSavesNothing() {
    try (Lab lab = Lab.inline(drafts)) {
      StateRecord stored = lab.plant(KEY, "{\"text\":\"stored\"}");
      lab.store.loading().fail(KEY);
      var draft = draft(lab);

      assertThatThrownBy(draft::state).isInstanceOf(LoadException.class);
      assertThatThrownBy(() -> draft.dispatch("type", "x")).isInstanceOf(LoadException.class);
      assertThatThrownBy(() -> draft.dispatch("type", "x")).isInstanceOf(LoadException.class);

      assertThat(created).isEmpty();
      assertThat(lab.store.writes()).isEmpty();
      lab.store.loading().recover();
      assertThat(draft.state().text()).isEqualTo("stored");
      assertThat(lab.record(KEY)).isEqualTo(stored);
      assertThat(draft.dispatch("type", "next").text()).isEqualTo("next");
      assertThat(created).hasSize(1);
    }
  }

  @Test
  @DisplayName("H12 R2 a load that fails until the end leaves the record as it is")
  void recordIsTheSameAfterCloseWhenItCouldNeverBeLoaded() {
    Lab lab = Lab.inline(drafts);
    StateRecord stored = lab.plant(KEY, "{\"text\":\"stored\"}");
    lab.store.loading().fail();
    assertThat(draft(lab).dispatchAsync("type", "x")).isCompletedExceptionally();

    lab.app.close();

    assertThat(lab.record(KEY)).isEqualTo(stored);
  }

  @Test
  @DisplayName("H15 R6 a visitor who only looks leaves no record, also after expiry and shutdown")
  void visitorWhoOnlyLooksLeavesNoRecord() {
    List<String> greeted = new ArrayList<>();
    StateModule<Draft> greeting =
        builder()
            .onCreated(
                (ctx, restore) -> {
                  ctx.update(d -> typed(d, "Hello"));
                  greeted.add(ctx.id());
                })
            .build();
    try (Lab lab = Lab.inline(greeting)) {
      try (SessionConnection visit = lab.app.sessions().connect(null)) {
        var unused = visit.session().ref(greeting).subscribe(d -> {});
        assertThat(visit.session().ref(greeting).state().text()).isEqualTo("Hello");
        assertThat(visit.session().ref(greeting).dispatch("nothing").text()).isEqualTo("Hello");
        visit.session().ref(greeting).flush();
      }
      assertThat(lab.app.session("program's").ref(greeting).state().text()).isEqualTo("Hello");
      assertThat(greeted).hasSize(2);
      lab.clock.advance(Duration.ofMinutes(10));
      assertThat(lab.ids("Draft")).isEmpty();
      lab.clock.advance(Lab.SESSION_TTL.multipliedBy(2));
      assertThat(lab.ids("Draft")).isEmpty();
      lab.restart();
      assertThat(lab.ids("Draft")).isEmpty();
      assertThat(lab.ids("$sessions")).isEmpty();
    }
  }

  @Test
  @DisplayName("R1 what onCreated changes on a fresh instance is saved with the first action")
  void changesOfOnCreatedCountAsDefaultsUntilTheFirstAction() {
    StateModule<Draft> greeting =
        builder()
            .onCreated(
                (ctx, restore) -> {
                  if (restore.isFresh()) {
                    ctx.update(d -> new Draft("Hello", d.tags(), d.owner(), d.edits()));
                  }
                })
            .reduce("count", d -> new Draft(d.text(), d.tags(), d.owner(), d.edits() + 1))
            .build();
    try (Lab lab = Lab.inline(greeting)) {
      assertThat(lab.app.session("s").ref(greeting).state().text()).isEqualTo("Hello");
      assertThat(lab.record(KEY)).isNull();

      lab.app.session("s").ref(greeting).dispatch("count");

      assertThat(lab.text(KEY)).contains("Hello");
      lab.restart();
      assertThat(lab.app.session("s").ref(greeting).state())
          .isEqualTo(new Draft("Hello", List.of("new"), EMPTY.owner(), 1));
    }
  }

  @Test
  @DisplayName("R1 a hook's changes are no reason to save, also where the record was erased")
  void changesOfOnCreatedDoNotBringBackAnErasedRecord() {
    StateModule<Draft> greeting =
        builder().onCreated((ctx, restore) -> ctx.update(d -> typed(d, "Hello"))).build();
    try (Lab lab = Lab.inline(greeting)) {
      lab.app.session("s").ref(greeting).dispatch("type", "mine");
      lab.app.erase(KEY);
      assertThat(lab.app.session("s").ref(greeting).state().text()).isEmpty();
      lab.restart();
      assertThat(lab.app.session("s").ref(greeting).state().text()).isEqualTo("Hello");
      lab.restart();
      assertThat(lab.record(KEY)).isNull();
    }
  }

  @Test
  @DisplayName("H20 onCreated can tell a fresh start from a restore")
  void onCreatedKnowsWhereTheStateCameFrom() {
    try (Lab lab = Lab.inline(drafts)) {
      draft(lab).dispatch("type", "one");
      draft(lab).dispatch("type", "two");
      draft(lab).state();
      assertThat(created).containsExactly(new RestoreInfo(true, Revision.NONE, 0, Cause.FIRST_USE));
      Revision stored = Objects.requireNonNull(lab.record(KEY)).revision();

      lab.restart();
      draft(lab).state();

      assertThat(created).hasSize(2);
      assertThat(created.getLast()).isEqualTo(new RestoreInfo(false, stored, 1, Cause.FIRST_USE));
    }
  }

  @Test
  @DisplayName("H20 R1 onCreated runs for each session that meets a shared instance, and only once")
  void onCreatedRunsOncePerSession() {
    List<String> met = new ArrayList<>();
    StateModule<Draft> shared =
        StateModule.define("Draft", EMPTY)
            .persist(KeyStrategy.global())
            .reduce("type", String.class, RestoreHazardsTest::typed)
            .onCreated(
                (ctx, restore) ->
                    met.add(ctx.session().orElseThrow().id() + " fresh=" + restore.isFresh()))
            .build();
    try (Lab lab = Lab.inline(shared)) {
      lab.app.session("a").ref(shared).dispatch("type", "of a");
      lab.app.session("b").ref(shared).state();
      lab.app.session("a").ref(shared).state();
      lab.app.ref(shared).state();
      assertThat(met).containsExactly("@a fresh=true", "@b fresh=false");
    }
  }

  @Test
  @DisplayName("R1 A5 an onCreated that throws is reported and does not lock the session out")
  void throwingOnCreatedDoesNotLockTheSessionOut() {
    StateModule<Draft> broken =
        builder()
            .onCreated(
                (ctx, restore) -> {
                  ctx.update(d -> typed(d, "half"));
                  throw new IllegalStateException("hook");
                })
            .build();
    try (Lab lab = Lab.inline(broken)) {
      assertThat(lab.app.session("s").ref(broken).state()).isEqualTo(EMPTY);
      assertThat(lab.app.session("s").ref(broken).dispatch("type", "x").edits()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("H16 R4 null for a list, and what is missing at any depth, is the default")
  void nullListsAndMissingFieldsTakeTheirDefaults() {
    try (Lab lab = Lab.inline(drafts)) {
      StateRecord planted =
          lab.plant(KEY, "{\"text\":\"kept\",\"tags\":null,\"owner\":{\"name\":\"Ann\"}}");

      assertThat(draft(lab).state())
          .isEqualTo(new Draft("kept", List.of("new"), new Owner("Ann", 18), 0));

      lab.restart();
      assertThat(lab.record(KEY)).as("R6 restoring writes nothing").isEqualTo(planted);
    }
  }

  @Test
  @DisplayName("H21 an empty store: the first start waits for no time-out")
  void emptyStoreStartsAtOnce() {
    try (Lab lab = Lab.threaded(drafts)) {
      assertThat(draft(lab).state()).isEqualTo(EMPTY);
      assertThat(draft(lab).dispatch("type", "x").text()).isEqualTo("x");
      assertThat(lab.clock.instant()).isEqualTo(dev.holdfast.test.ManualClock.START);
    }
  }

  @Test
  @DisplayName("R2 a load that throws something of its own is a typed error too")
  void loadThatThrowsSomethingOfItsOwnIsATypedError() {
    try (Lab lab = Lab.inline(drafts)) {
      lab.store.loading().failNext(1, () -> new IllegalStateException("driver"));
      assertThatThrownBy(() -> draft(lab).state())
          .isInstanceOf(LoadException.class)
          .hasRootCauseMessage("driver");
      assertThat(draft(lab).state()).isEqualTo(EMPTY);
    }
  }

  @Test
  @DisplayName("R6 looking at what was restored writes nothing, whatever the policy")
  void restoringWritesNothing() {
    for (SavePolicy policy :
        Arrays.asList(
            SavePolicy.committed(),
            SavePolicy.writeBehind(Duration.ofMillis(50), Duration.ofMillis(500)))) {
      StateModule<Draft> module =
          StateModule.define("Draft", EMPTY)
              .persist(KeyStrategy.session(), p -> p.save(policy))
              .reduce("nothing", d -> typed(d, d.text()).edits() > 0 ? d : EMPTY)
              .build();
      try (Lab lab = Lab.inline(module)) {
        @Nullable StateRecord planted = lab.plant(KEY, "{\"text\":\"kept\"}");
        assertThat(lab.app.session("s").ref(module).dispatch("nothing").text()).isEqualTo("kept");
        lab.app.session("s").ref(module).flush();
        lab.clock.advance(Duration.ofMinutes(1));
        lab.restart();
        assertThat(lab.record(KEY)).isEqualTo(planted);
      }
    }
  }
}
