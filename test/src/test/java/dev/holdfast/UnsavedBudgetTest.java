package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.StateStore;
import dev.holdfast.test.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** K8: what lives in memory alone is bounded. */
class UnsavedBudgetTest {

  record Draft(String text) {}

  private final StateModule<Draft> drafts =
      StateModule.define("Draft", new Draft(""))
          .reduce("type", String.class, (draft, text) -> new Draft(text))
          .build();

  private String written(Holdfast app, int length) {
    try (SessionConnection connection = app.sessions().connect(null)) {
      connection.session().ref(drafts).dispatch("type", "x".repeat(length));
      return connection.token();
    }
  }

  private int lengthOf(Holdfast app, String token) {
    try (SessionConnection connection = app.sessions().connect(token)) {
      assertThat(connection.isNew()).isFalse();
      return connection.session().ref(drafts).state().text().length();
    }
  }

  private Holdfast open() {
    return Holdfast.builder(StateStore.inMemory())
        .modules(drafts)
        .maxUnsavedBytes(10_000)
        .executor(Runnable::run)
        .open();
  }

  private Holdfast open(ManualClock clock) {
    return Holdfast.builder(StateStore.inMemory())
        .modules(drafts)
        .maxUnsavedBytes(10_000)
        .clock(clock)
        .executor(Runnable::run)
        .open();
  }

  @Test
  void theLongestDisconnectedGoFirst() {
    try (Holdfast app = open()) {
      String first = written(app, 4_000);
      String second = written(app, 4_000);
      String third = written(app, 4_000);
      assertThat(lengthOf(app, third)).isEqualTo(4_000);
      assertThat(lengthOf(app, second)).isEqualTo(4_000);
      assertThat(lengthOf(app, first)).isZero();
    }
  }

  @Test
  void whoIsConnectedKeepsItsState() {
    try (Holdfast app = open()) {
      String first = written(app, 4_000);
      try (SessionConnection back = app.sessions().connect(first)) {
        written(app, 4_000);
        written(app, 4_000);
        assertThat(back.session().ref(drafts).state().text()).hasSize(4_000);
      }
    }
  }

  @Test
  void aStateLargerThanAllThatIsAllowedIsNotKept() {
    try (Holdfast app = open()) {
      assertThat(lengthOf(app, written(app, 20_000))).isZero();
    }
  }

  @Test
  @DisplayName(
      "K8 what connected and named sessions keep counts: the longest disconnected go first")
  void whoIsConnectedCounts() {
    ManualClock clock = new ManualClock();
    try (Holdfast app = open(clock);
        SessionConnection here = app.sessions().connect(null)) {
      String away = written(app, 4_000);
      here.session().ref(drafts).dispatch("type", "x".repeat(4_000));
      app.session("bot").ref(drafts).dispatch("type", "x".repeat(4_000));
      clock.advance(Duration.ofMinutes(2));
      assertThat(lengthOf(app, away)).isZero();
      assertThat(here.session().ref(drafts).state().text()).hasSize(4_000);
      assertThat(app.session("bot").ref(drafts).state().text()).hasSize(4_000);
    }
  }

  @Test
  @DisplayName("K8 past the bound nothing that is kept may grow, and it may shrink")
  void nothingMayGrowPastTheBound() {
    ManualClock clock = new ManualClock();
    try (Holdfast app = open(clock)) {
      var one = app.session("one").ref(drafts);
      var two = app.session("two").ref(drafts);
      one.dispatch("type", "x".repeat(6_000));
      two.dispatch("type", "x".repeat(6_000));
      clock.advance(Duration.ofMinutes(2));
      assertThatThrownBy(() -> one.dispatch("type", "x".repeat(6_001)))
          .isInstanceOf(OverloadedException.class)
          .hasMessageContaining("without a record");
      assertThat(one.state().text()).hasSize(6_000);
      assertThat(two.dispatch("type", "less").text()).isEqualTo("less");
      clock.advance(Duration.ofMinutes(2));
      assertThat(one.dispatch("type", "x".repeat(7_000)).text()).hasSize(7_000);
    }
  }
}
