package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Command.Act;
import dev.holdfast.model.Command.Break;
import dev.holdfast.model.Command.Connect;
import dev.holdfast.model.Command.Disconnect;
import dev.holdfast.model.Command.Erase;
import dev.holdfast.model.Command.Fault;
import dev.holdfast.model.Command.Login;
import dev.holdfast.model.Command.Wait;
import dev.holdfast.model.SeededScheduler.Order;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Histories that broke a law once, as small as they could be made. */
@EnabledIf("dev.holdfast.model.SeededScheduler#isPossible")
final class KnownHistoriesTest {

  @Test
  @DisplayName("R6, S5: an erase whose reply was lost, and another one, leave no record")
  void twoErasesWithALostReplyLeaveNothing() {
    holds(
        new Plan(1815786486835590201L, Order.OLDEST, 1, 3, 2),
        new Connect(2, 0, 9),
        new Erase(1, "Behind", 11, 2),
        new Break(0, Fault.LOSE_REPLIES, 2, 2),
        new Act(2, "Behind", "note", 14, -1),
        new Erase(0, "Behind", 17, 3));
  }

  @Test
  @DisplayName("A7, N2: a log-in that its session's end overtakes is answered")
  void aLogInIsAnsweredThoughItsSessionEnds() {
    holds(
        new Plan(-4569477288306867582L, Order.PRIORITY, 1, 4, 1),
        new Connect(2, 1, 6),
        new Break(0, Fault.LOSE_REPLIES, 21, 0),
        new Login(2, 19, -1),
        new Disconnect(2, 31),
        new Wait(660_000, 6));
  }

  private static void holds(Plan plan, Command... commands) {
    assertThat(new History(plan, List.of(commands)).run().verdict()).isNull();
  }
}
