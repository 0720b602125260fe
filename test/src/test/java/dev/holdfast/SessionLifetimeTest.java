package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.StateKey;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** From when a session's time counts, and what it costs the store (law N2). */
class SessionLifetimeTest {

  record Count(int count) {}

  private final StateModule<Count> counter =
      StateModule.define("Counter", new Count(0))
          .persist(KeyStrategy.session())
          .reduce("increment", c -> new Count(c.count() + 1))
          .build();

  private final Lab lab = Lab.inline(counter);

  @Test
  @DisplayName("N2: the time to live counts from the last disconnect, not from the hello before")
  void timeCountsFromTheDisconnect() {
    try (lab) {
      SessionConnection connection = lab.app.sessions().connect(null);
      connection.session().ref(counter).dispatch("increment");
      String token = connection.token();
      lab.clock.advance(Duration.ofSeconds(59)); // less than the sweeper's "still here" takes
      connection.close();
      lab.clock.advance(Lab.SESSION_TTL.minusSeconds(1));
      assertThat(lab.isKnown(token)).isTrue();
      lab.clock.advance(Lab.SESSION_TTL.plusMinutes(1));
      assertThat(lab.isKnown(token)).isFalse();
    }
  }

  @Test
  @DisplayName("N2: the same over a restart")
  void timeCountsFromTheDisconnectOverARestart() {
    try (lab) {
      SessionConnection connection = lab.app.sessions().connect(null);
      connection.session().ref(counter).dispatch("increment");
      String token = connection.token();
      lab.clock.advance(Duration.ofSeconds(59));
      connection.close();
      lab.restartAfter(Lab.SESSION_TTL.minusSeconds(1));
      assertThat(lab.isKnown(token)).isTrue();
    }
  }

  @Test
  @DisplayName("N2: comings and goings are written once a minute at most")
  void comingsAndGoingsAreWrittenOnceAMinute() {
    try (lab) {
      SessionConnection connection = lab.app.sessions().connect(null);
      connection.session().ref(counter).dispatch("increment");
      String token = connection.token();
      connection.close();
      StateKey row = StateKey.keyed(SessionRow.MODULE.name(), connection.session().id());
      long before = lab.writesOf(row);
      for (int second = 0; second < 120; second++) {
        lab.clock.advance(Duration.ofSeconds(1));
        assertThat(lab.isKnown(token)).isTrue();
      }
      assertThat(lab.writesOf(row) - before).isBetween(1L, 2L);
    }
  }
}
