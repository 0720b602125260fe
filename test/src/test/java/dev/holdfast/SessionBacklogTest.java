package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.PageRequest;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriteBatch;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Many sessions that ran out while nothing ran (law N2). The large form runs nightly, on SQLite.
 */
class SessionBacklogTest {

  private static final int SESSIONS = 2_000;

  /** How many the sweeper ends before it looks for more. */
  private static final int SWEPT_AT_ONCE = 200;

  record Count(int count) {}

  private final StateModule<Count> own =
      StateModule.define("Own", new Count(0))
          .persist(KeyStrategy.session())
          .reduce("increment", c -> new Count(c.count() + 1))
          .build();

  private Lab crowded() {
    Lab lab = Lab.threaded(own);
    for (int i = 0; i < SESSIONS; i++) {
      SessionConnection each = lab.app.sessions().connect(null);
      var unused = each.session().ref(own).dispatchAsync("increment");
      each.close();
    }
    lab.app.close();
    assertThat(keys(lab, "Own")).isEqualTo(SESSIONS);
    lab.clock.advance(Lab.SESSION_TTL.plusMinutes(5));
    return lab;
  }

  private static int keys(Lab lab, String module) {
    return lab.store.keys(module, new PageRequest(SESSIONS + 10, null)).items().size();
  }

  @Test
  @DisplayName(
      "N2: sessions that ran out while nothing ran go with their records, together what is due"
          + " while a commit is under way")
  void theyGoInBatches() {
    try (Lab lab = crowded()) {
      int before = lab.store.writes().size();
      lab.store.writing().hang();
      lab.app = lab.open();
      lab.store.writing().awaitHung();
      int underWay = lab.store.writes().get(before).entries().size();
      patiently().until(() -> lab.app.unsaved() >= SWEPT_AT_ONCE - underWay);
      lab.store.writing().release();
      patiently().until(() -> keys(lab, "Own") + keys(lab, SessionRow.MODULE.name()) == 0);
      List<WriteBatch> batches = lab.store.writes().subList(before, lab.store.writes().size());
      assertThat(batches.stream().mapToInt(batch -> batch.entries().size()).sum())
          .isEqualTo(2 * SESSIONS);
      assertThat(batches).anyMatch(batch -> batch.entries().size() >= SWEPT_AT_ONCE / 2);
      assertThat(lab.app.sessions().waiting()).isZero();
    }
  }

  private static ConditionFactory patiently() {
    return Awaitility.await().atMost(Duration.ofSeconds(60));
  }

  @Test
  @DisplayName(
      "N2: new clients do not wait for that: each needs one load, whatever is left to delete")
  void newClientsDoNotWait() {
    try (Lab lab = crowded()) {
      lab.store.writing().hang(); // Not one of them can go.
      lab.app = lab.open();
      lab.store.writing().awaitHung();
      int connected = 0;
      for (int i = 0; i < 50; i++) {
        SessionConnection each = lab.app.sessions().connect(null);
        assertThat(each.isNew()).isTrue();
        StateKey row = StateKey.keyed(SessionRow.MODULE.name(), each.session().id());
        assertThat(lab.store.loads().stream().filter(row::equals)).hasSize(1);
        connected++;
      }
      assertThat(lab.app.sessions().connected()).isEqualTo(connected);
      assertThat(keys(lab, "Own")).isEqualTo(SESSIONS);
      lab.store.writing().release();
      patiently().until(() -> keys(lab, "Own") == 0);
      assertThat(lab.app.sessions().connected()).isEqualTo(connected);
    }
  }
}
