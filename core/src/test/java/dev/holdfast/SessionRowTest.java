package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is kept of a session has a bound. */
class SessionRowTest {

  private static SessionRow met(SessionRow row, int instances) {
    return IntStream.range(0, instances)
        .boxed()
        .reduce(row, (met, i) -> met.met("Room/" + i), (a, b) -> b);
  }

  @Test
  @DisplayName("the instances that a session met last are remembered, and no more than a thousand")
  void forgetsTheInstancesMetFirst() {
    SessionRow row = met(SessionRow.EMPTY, SessionRow.MAX_MET + 10);
    assertThat(row.bindings()).hasSize(SessionRow.MAX_MET);
    assertThat(row.hasMet("Room/9")).isFalse();
    assertThat(row.hasMet("Room/10")).isTrue();
    assertThat(row.hasMet("Room/" + (SessionRow.MAX_MET + 9))).isTrue();
  }

  @Test
  @DisplayName("what a module is bound to is never forgotten for the sake of instances met")
  void keepsBindings() {
    SessionRow bound = SessionRow.EMPTY.met("Seen").bound("Todos", "ada", 7);
    SessionRow row = met(bound, 2 * SessionRow.MAX_MET);
    assertThat(row.bindings()).hasSize(SessionRow.MAX_MET + 2);
    assertThat(row.hasMet("Seen")).isTrue();
    assertThat(row.binding("Todos")).isEqualTo("ada");
    assertThat(row.life("Todos")).isEqualTo(7);
  }

  @Test
  @DisplayName("who meets an instance again changes nothing")
  void meetingAgainIsNoChange() {
    SessionRow row = met(SessionRow.EMPTY.bound("Todos", "ada", 7), 3);
    assertThat(row.met("Room/1")).isSameAs(row);
    assertThat(row.met("Todos")).isSameAs(row);
  }

  @Test
  @DisplayName("the order in which instances were met survives what else happens to a row")
  void keepsTheOrder() {
    SessionRow row = met(SessionRow.EMPTY, SessionRow.MAX_MET).bound("Todos", "ada", 7);
    SessionRow more = row.met("Room/new");
    assertThat(more.hasMet("Room/0")).isFalse();
    assertThat(more.hasMet("Room/1")).isTrue();
  }
}
