package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Command.Act;
import dev.holdfast.model.Command.Adopt;
import dev.holdfast.model.Command.Break;
import dev.holdfast.model.Command.Connect;
import dev.holdfast.model.Command.Disconnect;
import dev.holdfast.model.Command.Erase;
import dev.holdfast.model.Command.Fault;
import dev.holdfast.model.Command.Login;
import dev.holdfast.model.Command.Logout;
import dev.holdfast.model.Command.Look;
import dev.holdfast.model.Command.Resend;
import dev.holdfast.model.Command.Shut;
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

  @Test
  @DisplayName("N1: a session is known elsewhere from its first acknowledgement on, not before")
  void aSessionMayBeUnknownToARuntimeThatAskedBeforeItsFirstAcknowledgement() {
    holds(
        new Plan(2050175938818449687L, Order.PRIORITY, 2, 3, 1),
        new Connect(0, 0, 52),
        new Act(3, "Mine", "add", 7, 13),
        new Connect(1, 1, 85),
        new Disconnect(0, 3),
        new Act(1, "Room", "slowly", 17, 0),
        new Connect(3, 1, 10),
        new Logout(0, 0),
        new Login(1, 7, 8),
        new Disconnect(1, 0),
        new Connect(1, 0, 7));
  }

  @Test
  @DisplayName("S6, A7: a log-in whose guest cannot be saved is answered at the close")
  void aLogInIsAnsweredThoughTheRuntimeCloses() {
    holds(
        new Plan(3402171070637055072L, Order.NEWEST, 1, 1, 3, true),
        new Break(0, Fault.FAIL_WRITES, 14, 10),
        new Connect(0, 0, -1),
        new Act(0, "Cart", "add", 21, 6),
        new Adopt(2, 3, 1),
        new Shut(12, 10),
        new Wait(6_000, 10));
  }

  @Test
  @DisplayName("S6: a log-in does not go on to another key after the close")
  void aLogInStaysWhereItIsAfterTheClose() {
    holds(
        new Plan(3402171070637055072L, Order.NEWEST, 1, 1, 3, true),
        new Break(0, Fault.FAIL_WRITES, 14, 10),
        new Connect(0, 0, -1),
        new Act(0, "Cart", "add", 21, 6),
        new Act(3, "Room", "relayAndBreak", 9, -1),
        new Resend(3, 7),
        new Resend(2, -1),
        new Break(0, Fault.HANG_WRITES, 14, -1),
        new Adopt(2, 3, 1),
        new Shut(12, 10),
        new Wait(6_000, 10),
        new Wait(16_261, 1));
  }

  @Test
  @DisplayName("E1: a record expires though somebody's load of it has failed")
  void aRecordExpiresThoughItsLoadHasFailed() {
    holds(
        new Plan(2481737515217069929L, Order.ANY, 1, 3, 1, true),
        new Connect(0, 1, 11),
        new Act(0, "Hall", "add", 15, 11),
        new Connect(2, 1, 0),
        new Disconnect(3, 6),
        new Break(1, Fault.HANG_LOADS, 15, 5),
        new Look(2, "Hall", 13, 0),
        new Wait(279, 0),
        new Connect(1, 0, -1),
        new Wait(6_000, 19));
  }

  private static void holds(Plan plan, Command... commands) {
    assertThat(new History(plan, List.of(commands)).run().verdict()).isNull();
  }
}
