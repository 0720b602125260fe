package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.StateStore;
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
}
