package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.Enumerable;
import dev.holdfast.store.PageRequest;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Unreadable records are never destroyed: they fail, or a copy is put aside first (law R3). */
class QuarantineTest {

  record Draft(String text, int edits) {
    Draft typed(String to) {
      return new Draft(to, edits + 1);
    }
  }

  private static final Draft EMPTY = new Draft("", 0);
  private static final StateKey KEY = StateKey.keyed("Draft", "d/1");
  private static final StateKey COPY = StateKey.keyed("$quarantine.Draft", "d/1");
  private static final byte[] DAMAGED = Lab.utf8("{\"format\":1,\"state\":{\"text\":\"prec");

  private static StateModule<Draft> module(KeyStrategy<Draft> strategy, Unreadable choice) {
    return StateModule.define("Draft", EMPTY)
        .persist(strategy, p -> p.onUnreadable(choice))
        .reduce("type", String.class, Draft::typed)
        .build();
  }

  private final StateModule<Draft> drafts = module(KeyStrategy.byId(), Unreadable.QUARANTINE);

  private StateRef<Draft> draft(Lab lab) {
    return lab.app.ref(drafts, "d/1");
  }

  private static byte @Nullable [] content(Lab lab, StateKey key) {
    StateRecord record = lab.record(key);
    return record == null ? null : record.content();
  }

  @Test
  @DisplayName(
      "hazard 22, R3: a damaged record is copied aside, and only then the state begins anew")
  void damagedRecordIsCopiedAsideBeforeAFreshStart() {
    try (Lab lab = Lab.inline(drafts)) {
      StateRecord planted = lab.plant(KEY, 1, DAMAGED);

      assertThat(draft(lab).state()).isEqualTo(EMPTY);

      StateRecord copy = Objects.requireNonNull(lab.record(COPY));
      assertThat(copy).isEqualTo(planted);
      assertThat(lab.record(KEY)).as("R6: the record stays until a change").isEqualTo(planted);
      assertThat(((Enumerable) lab.store).keys("$quarantine.Draft", PageRequest.first(9)).items())
          .containsExactly(COPY);

      assertThat(draft(lab).dispatch("type", "anew").edits()).isEqualTo(1);
      lab.restart();
      assertThat(draft(lab).state()).isEqualTo(new Draft("anew", 1));
      assertThat(lab.record(COPY)).isEqualTo(planted);
    }
  }

  @Test
  void looksAgainAndAgainMakeOneCopy() {
    try (Lab lab = Lab.inline(drafts)) {
      lab.plant(KEY, 1, DAMAGED);
      for (int i = 0; i < 3; i++) {
        assertThat(draft(lab).state()).isEqualTo(EMPTY);
        lab.restart();
      }
      assertThat(lab.ids("$quarantine.Draft")).hasSize(1);
      assertThat(lab.ids("$quarantine2.Draft")).isEmpty();
    }
  }

  @Test
  @DisplayName("R3: copies of one key are not written over each other, and after 8 the load fails")
  void copiesAreNotWrittenOverEachOther() {
    try (Lab lab = Lab.inline(drafts)) {
      for (int i = 1; i <= Quarantine.MAX_COPIES; i++) {
        byte[] damaged = Lab.utf8("damaged " + i);
        lab.plant(KEY, 1, damaged);
        assertThat(draft(lab).state()).isEqualTo(EMPTY);
        assertThat(content(lab, Quarantine.copy(KEY, i))).isEqualTo(damaged);
        lab.restart();
      }
      StateRecord last = lab.plant(KEY, 1, Lab.utf8("damaged once more"));
      assertThatThrownBy(() -> draft(lab).state())
          .isInstanceOf(UnreadableRecordException.class)
          .hasMessageContaining("8 copies");
      assertThat(lab.record(KEY)).isEqualTo(last);
      assertThat(content(lab, COPY)).isEqualTo(Lab.utf8("damaged 1"));

      lab.app.erase(KEY);
      for (int i = 1; i <= Quarantine.MAX_COPIES; i++) {
        assertThat(lab.record(Quarantine.copy(KEY, i))).isNull();
      }
      assertThat(lab.record(KEY)).isNull();
    }
  }

  @Test
  @DisplayName("R3: no copy, no fresh start; a copy that hangs ends at the load time-out")
  void withoutACopyThereIsNoFreshStart() {
    try (Lab lab = Lab.inline(drafts)) {
      StateRecord planted = lab.plant(KEY, 1, DAMAGED);
      lab.store.writing().fail();
      assertThatThrownBy(() -> draft(lab).dispatch("type", "x")).isInstanceOf(LoadException.class);
      lab.store.writing().recover();
      lab.store.reject(COPY, "full");
      assertThatThrownBy(() -> draft(lab).dispatch("type", "x"))
          .isInstanceOf(UnreadableRecordException.class)
          .hasMessageContaining("full");
      assertThat(lab.record(KEY)).isEqualTo(planted);
      lab.store.accept(COPY);
      assertThat(draft(lab).dispatch("type", "x").edits()).isEqualTo(1);
    }
    try (Lab lab = Lab.threaded(drafts)) {
      lab.plant(KEY, 1, DAMAGED);
      lab.store.writing().hang();
      var state = draft(lab).dispatchAsync("type", "x");
      lab.store.writing().awaitHung();
      lab.clock.advance(Duration.ofSeconds(6));
      assertThatThrownBy(() -> Lab.answer(state)).isInstanceOf(LoadException.class);
    }
  }

  @Test
  @DisplayName("S5: a copy that is made while the runtime closes stays, for nothing is erased then")
  void aCopyThatIsMadeAtTheCloseStays() {
    try (Lab lab = Lab.inline(drafts)) {
      StateRecord planted = lab.plant(KEY, 1, DAMAGED);
      Holdfast app =
          Holdfast.builder(lab.store)
              .clock(lab.clock)
              .executor(Runnable::run)
              .closeTimeout(Duration.ofMillis(50))
              .modules(drafts)
              .open();
      lab.store.beforeWrite(batch -> app.close());
      assertThatThrownBy(() -> app.ref(drafts, "d/1").state()).isInstanceOf(LoadException.class);
      assertThat(lab.record(COPY)).isEqualTo(planted);
    }
  }

  @Test
  @DisplayName("S4: the first write is conditional on the revision that could not be read")
  void mendedRecordIsNotWrittenOver() {
    try (Lab lab = Lab.inline(drafts)) {
      lab.plant(KEY, 1, DAMAGED);
      assertThat(draft(lab).state()).isEqualTo(EMPTY);
      lab.plant(KEY, "{\"text\":\"mended\",\"edits\":7}");
      assertThat(draft(lab).dispatch("type", "x")).isEqualTo(new Draft("x", 8));
    }
  }

  @Test
  @DisplayName("R3: FAIL, the default, leaves everything as it is")
  void failLeavesEverythingAsItIs() {
    StateModule<Draft> failing = module(KeyStrategy.byId(), Unreadable.FAIL);
    try (Lab lab = Lab.inline(failing)) {
      StateRecord planted = lab.plant(KEY, 1, DAMAGED);
      assertThatThrownBy(() -> lab.app.ref(failing, "d/1").dispatch("type", "x"))
          .isInstanceOfSatisfying(
              UnreadableRecordException.class,
              e -> assertThat(e.code()).isEqualTo("unreadable-record"));
      lab.restart();
      assertThat(lab.record(KEY)).isEqualTo(planted);
      assertThat(lab.ids("$quarantine.Draft")).isEmpty();
    }
  }

  @Test
  @DisplayName("E2, N2: what was put aside of a session goes when the session ends")
  void copiesOfASessionGoWithIt() {
    StateModule<Draft> own = module(KeyStrategy.session(), Unreadable.QUARANTINE);
    try (Lab lab = Lab.inline(own)) {
      StateKey key;
      try (SessionConnection link = lab.app.sessions().connect(null)) {
        key = StateKey.session("Draft", link.session().id());
        lab.plant(key, 1, DAMAGED);
        assertThat(link.session().ref(own).state()).isEqualTo(EMPTY);
        assertThat(lab.record(Quarantine.copy(key, 1))).isNotNull();
      }
      lab.clock.advance(Lab.SESSION_TTL.multipliedBy(2));
      assertThat(lab.record(key)).isNull();
      assertThat(lab.record(Quarantine.copy(key, 1))).isNull();
    }
  }

  @Test
  @DisplayName("K1, K7: no module and no key of a user's reaches what was put aside")
  void noUsersModuleReachesTheCopies() {
    assertThatThrownBy(
            () ->
                StateModule.define("$quarantine.Draft", EMPTY).persist(KeyStrategy.byId()).build())
        .isInstanceOf(IllegalArgumentException.class);
    try (Lab lab = Lab.inline(drafts)) {
      assertThatThrownBy(() -> lab.app.erase(COPY)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(List.of(1, 2, 8))
        .extracting(number -> Quarantine.copy(KEY, number).module())
        .containsExactly("$quarantine.Draft", "$quarantine2.Draft", "$quarantine8.Draft");
  }
}
