package dev.holdfast;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * Flight recorder: an action or a load that failed, however short it was; the events of those keep
 * to what is slow.
 */
@Name("dev.holdfast.Failure")
@Label("Failure")
@Category("Holdfast")
@Description("An action or a load that failed, however short it was")
@StackTrace(false)
final class FailureEvent extends Event {

  private static final FailureEvent PROBE = new FailureEvent("", "", "");

  @Label("Module")
  final String module;

  @Label("Action")
  @Description("The action's name, or empty for a load")
  final String action;

  @Label("Outcome")
  @Description("The type of the error")
  final String outcome;

  private FailureEvent(String module, String action, String outcome) {
    this.module = module;
    this.action = action;
    this.outcome = outcome;
  }

  /** Whether anybody records. */
  static boolean isWanted() {
    return PROBE.isEnabled();
  }

  static void report(String module, String action, String outcome) {
    if (isWanted()) {
      new FailureEvent(module, action, outcome).commit();
    }
  }
}
