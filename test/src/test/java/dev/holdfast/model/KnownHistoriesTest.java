package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Command.Act;
import dev.holdfast.model.Command.Adopt;
import dev.holdfast.model.Command.Break;
import dev.holdfast.model.Command.Close;
import dev.holdfast.model.Command.Connect;
import dev.holdfast.model.Command.Crash;
import dev.holdfast.model.Command.Damage;
import dev.holdfast.model.Command.Disconnect;
import dev.holdfast.model.Command.Endure;
import dev.holdfast.model.Command.Erase;
import dev.holdfast.model.Command.Fault;
import dev.holdfast.model.Command.Ghost;
import dev.holdfast.model.Command.Login;
import dev.holdfast.model.Command.Logout;
import dev.holdfast.model.Command.Look;
import dev.holdfast.model.Command.Part;
import dev.holdfast.model.Command.Resend;
import dev.holdfast.model.Command.Settle;
import dev.holdfast.model.Command.Shut;
import dev.holdfast.model.Command.Visit;
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

  @Test
  @DisplayName(
      "A7, K5: where a log-in goes without its commit is empty, and shown before the answer")
  void aLogInThatGoesOnWithoutItsCommitLeadsToNobodyYet() {
    holds(
        new Plan(7700765962635494911L, Order.OLDEST, 1, 2, 3, true),
        new Connect(3, 0, 15),
        new Adopt(1, 14, -1),
        new Break(1, Fault.FAIL_WRITES, 3, -1),
        new Adopt(3, 3, -1),
        new Break(0, Fault.HANG_WRITES, 4, 4),
        new Endure(6));
  }

  @Test
  @DisplayName("K2, R6: a log-out keeps what the guest did elsewhere, beside its log-in")
  void aLogOutKeepsWhatTheGuestDidBesideItsLogIn() {
    holds(
        new Plan(-7344322415835162786L, Order.NEWEST, 2, 3, 2, true),
        new Connect(0, 0, 7),
        new Adopt(3, 15, 8),
        new Disconnect(0, 4),
        new Connect(0, 1, 11),
        new Act(0, "Cart", "slowly", 6, 2),
        new Close(1, 3),
        new Connect(3, 1, 7),
        new Part(3, -1));
  }

  @Test
  @DisplayName("R3, S6: what was rescued goes over its own record, whose damage came after that")
  void whatWasRescuedMendsADamagedRecord() {
    holds(
        new Plan(-2363383288631218247L, Order.PRIORITY, 2, 1, 1, true),
        new Connect(3, 0, 2),
        new Wait(61_000, 9),
        new Act(0, "Room", "slowly", 10, 8),
        new Break(0, Fault.HANG_WRITES, 12, 0),
        new Act(0, "Room", "relayAsync", 12, 0),
        new Shut(10, 8),
        new Wait(104_048, 3),
        new Damage("Room", 18, 2));
  }

  @Test
  @DisplayName(
      "S5: who hears nothing of a first write for longer than a tombstone is kept may land")
  void aFirstWriteMayOutlastATombstone() {
    holds(
        new Plan(4198148860887384632L, Order.ANY, 2, 4, 2, true),
        new Connect(3, 1, 0),
        new Visit(3, 2, 2),
        new Adopt(3, 6, 4),
        new Break(1, Fault.LOSE_REPLIES, 7, 0),
        new Act(3, "Hall", "add", 11, 9),
        new Adopt(1, 12, 10),
        new Break(1, Fault.SLOW, 8, 0),
        new Wait(61_000, -1),
        new Wait(122_152, 0),
        new Wait(660_000, 10));
  }

  @Test
  @DisplayName("A6, K2: what a guest did is the guest's again when an erase undoes its log-in")
  void anEraseThatUndoesALogInLeavesTheGuest() {
    holds(
        new Plan(4181456750767200812L, Order.PRIORITY, 1, 3, 2),
        new Connect(0, 1, -1),
        new Act(0, "Desk", "add", 20, -1),
        new Break(1, Fault.LOSE_REPLIES, 15, 8),
        new Login(3, 12, -1),
        new Login(3, 9, 0),
        new Erase(1, "Desk", 8, 0));
  }

  @Test
  @DisplayName(
      "E2, N4: what came after an erase is shown, though another runtime has erased it since")
  void anEraseElsewhereIsNotKnownHereAtOnce() {
    holds(
        new Plan(-3175984797980101502L, Order.PRIORITY, 2, 2, 3, true),
        new Erase(0, "Mine", 3, 39),
        new Shut(11, -1),
        new Erase(0, "Shared", 10, 34),
        new Erase(0, "Cart", 20, -1),
        new Wait(269, 7),
        new Crash(1, true, 1),
        new Connect(1, 0, 2),
        new Crash(0, true, 23),
        new Connect(2, 0, 7),
        new Disconnect(2, 0),
        new Erase(1, "Ward", 22, 2),
        new Break(1, Fault.REJECT, 7, 13),
        new Connect(1, 1, -1),
        new Erase(1, "Shared", 20, 0),
        new Login(3, 22, 9),
        new Resend(1, 9),
        new Act(0, "Ward", "break", 8, 10),
        new Erase(0, "Shared", 18, 2),
        new Act(1, "Shared", "add", 22, 10));
  }

  @Test
  @DisplayName("R1, S6: nothing is shown of a state that is not loaded when the runtime closes")
  void whatIsNotLoadedAtTheCloseIsNotShown() {
    holds(
        new Plan(5930593509675466284L, Order.ANY, 1, 4, 2, true),
        new Connect(0, 1, -1),
        new Break(1, Fault.SLOW, 13, 0),
        new Look(0, "Hall", 16, 0),
        new Shut(13, 4));
  }

  @Test
  @DisplayName("E2, R3: what was loaded before an erase, and cannot be read, is not put aside")
  void whatWasLoadedBeforeAnEraseIsNotPutAside() {
    holds(
        new Plan(-2052918569616084032L, Order.NEWEST, 2, 3, 1, true),
        new Connect(2, 1, 0),
        new Connect(3, 1, -1),
        new Login(0, 10, 0),
        new Act(2, "Ward", "slowly", 8, 35),
        new Connect(1, 0, 77),
        new Damage("Ward", 8, 0),
        new Connect(0, 0, -1),
        new Login(0, 6, 62),
        new Act(3, "Ward", "add", 14, 3),
        new Erase(0, "Ward", 14, 84));
  }

  @Test
  @DisplayName("A3, S4: what another runtime's record holds waits for what it sent")
  void whatAnotherRecordHoldsWaitsForWhatItSent() {
    holds(
        new Plan(6310239729387601878L, Order.OLDEST, 2, 3, 2),
        new Connect(0, 1, -1),
        new Login(3, 18, 1),
        new Act(3, "Shared", "add", 5, -1),
        new Break(1, Fault.LOSE_REPLIES, 3, 8),
        new Act(3, "Mine", "relay", 0, 3),
        new Act(0, "Desk", "relayAsync", 10, 11),
        new Wait(445, 7),
        new Connect(1, 0, 2),
        new Look(2, "Shared", 9, 62),
        new Login(1, 16, 17));
  }

  @Test
  @DisplayName("N4, K5: who asks before a log-in and is told after it is told what there is then")
  void whoAsksBeforeALogInIsToldWhatThereIsAfterIt() {
    holds(
        new Plan(-847397939006375442L, Order.NEWEST, 1, 1, 2, true),
        new Connect(2, 0, 1),
        new Logout(1, 35),
        new Login(2, 6, 3),
        new Act(2, "Room", "nothing", 18, 6),
        new Act(0, "Desk", "add", 16, 0),
        new Act(2, "Ward", "add", 21, 64),
        new Act(2, "Mine", "relayTwice", 22, 9),
        new Login(3, 6, 3),
        new Shut(4, 70),
        new Settle(0),
        new Connect(3, 1, 5),
        new Look(2, "Cart", 14, 0),
        new Act(0, "Ward", "note", 2, 0),
        new Adopt(3, 0, 0));
  }

  @Test
  @DisplayName("A7, K2: where a log-in waits for its commit in vain there is nothing as yet")
  void whereALogInIsInDoubtThereIsNothing() {
    holds(
        new Plan(7833895742151641558L, Order.PRIORITY, 1, 1, 2, true),
        new Connect(0, 1, 10),
        new Act(1, "Cart", "slowly", 15, 5),
        new Settle(1),
        new Adopt(0, 21, 0),
        new Look(0, "Shared", 0, 6),
        new Break(1, Fault.HANG_WRITES, 8, 2),
        new Endure(11));
  }

  @Test
  @DisplayName("R3: a rescued record takes the place of one that was damaged a moment later")
  void aRescuedRecordIsOlderThanTheDamage() {
    holds(
        new Plan(5425527388481496586L, Order.ANY, 2, 1, 2, true),
        new Connect(2, 1, 84),
        new Act(0, "Room", "add", 19, -1),
        new Close(1, 3),
        new Connect(3, 0, 0),
        new Break(0, Fault.FAIL_WRITES, 1, 0),
        new Act(2, "Shared", "note", 4, 74),
        new Act(2, "Room", "note", 19, 5),
        new Visit(1, 19, -1),
        new Visit(0, 15, 74),
        new Shut(2, 9),
        new Wait(20803, -1),
        new Damage("Room", 13, -1));
  }

  @Test
  @DisplayName("E1: a record expires once more where a dead process's write has taken it away")
  void aRecordExpiresOnceMoreWhenADeadProcessTakesItAway() {
    holds(
        new Plan(-3055945191276236580L, Order.PRIORITY, 1, 1, 3, true),
        new Connect(0, 0, 2),
        new Act(3, "Shared", "note", 0, 5),
        new Login(1, 6, -1),
        new Act(0, "Hall", "add", 8, 38),
        new Break(1, Fault.SLOW, 2, 11),
        new Wait(660_000, 98),
        new Wait(209, 55),
        new Crash(1, true, 0),
        new Logout(1, 5),
        new Ghost(7));
  }

  @Test
  @DisplayName("S5, E2: a runtime that does not know of an erase yet answers from before it")
  void aRuntimeThatDoesNotKnowOfAnEraseAnswersFromBefore() {
    holds(
        new Plan(6911597526158160306L, Order.PRIORITY, 2, 1, 1),
        new Connect(0, 1, 68),
        new Act(2, "Mine", "relay", 0, 1),
        new Disconnect(3, 41),
        new Connect(0, 1, -1),
        new Act(0, "Mine", "add", 9, -1),
        new Erase(0, "Mine", 16, 86),
        new Disconnect(2, 2),
        new Connect(0, 0, -1),
        new Resend(2, 7),
        new Disconnect(2, 7),
        new Connect(0, 1, 0),
        new Wait(551, 30),
        new Resend(0, 12));
  }

  private static void holds(Plan plan, Command... commands) {
    assertThat(new History(plan, List.of(commands)).run().verdict()).isNull();
  }
}
