package dev.holdfast;

import java.util.concurrent.CompletableFuture;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/**
 * Flight recorder: an action, from its dispatch until it is answered. Made only while somebody
 * records; says nothing of who acted, on which id, or with what.
 *
 * <p>Its times are written by whoever has the turn, and read when the turn's answer is there, which
 * is after.
 */
@Name("dev.holdfast.Action")
@Label("Action")
@Category("Holdfast")
@Description("An action, from its dispatch until it was answered")
@StackTrace(false)
@Threshold("20 ms")
final class ActionEvent extends Event {

  /** Asked whether anybody records; a new event for each question would be garbage. */
  private static final ActionEvent PROBE = new ActionEvent("", "");

  @Label("Module")
  final String module;

  @Label("Action")
  final String action;

  @Label("Outcome")
  @Description("\"acknowledged\", or the type of the error that the caller was answered with")
  String outcome = "acknowledged";

  @Label("Queued")
  @Description("Until its turn came: loading, and the actions before it")
  @Timespan
  long queued;

  @Label("Run")
  @Description("What the reducer or handler took, last time it ran; 0 if it did not end")
  @Timespan
  long run;

  @Label("Until Acknowledged")
  @Description("From the end of its turn until it was answered: the commit, and what it dispatched")
  @Timespan
  long untilAcknowledged;

  private transient long lastMark;

  private ActionEvent(String module, String action) {
    this.module = module;
    this.action = action;
  }

  /**
   * Begins to watch an action if somebody records.
   *
   * @param answer completes when the action is answered
   */
  static @Nullable ActionEvent of(String module, String action, CompletableFuture<?> answer) {
    if (!PROBE.isEnabled() && !FailureEvent.isWanted()) {
      return null;
    }
    ActionEvent event = new ActionEvent(module, action);
    event.begin();
    event.lastMark = System.nanoTime();
    var unused = answer.whenComplete((held, error) -> event.answered(error));
    return event;
  }

  /** Its turn begins. */
  void runs() {
    queued += sinceLastMark();
  }

  /** The user's part has left a state. */
  void ran() {
    run = sinceLastMark();
  }

  private void answered(@Nullable Throwable error) {
    untilAcknowledged = sinceLastMark();
    if (error != null) {
      outcome = error.getClass().getSimpleName();
      FailureEvent.report(module, action, outcome);
    }
    commit();
  }

  private long sinceLastMark() {
    long now = System.nanoTime();
    long since = now - lastMark;
    lastMark = now;
    return since;
  }
}
