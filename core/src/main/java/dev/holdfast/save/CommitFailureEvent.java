package dev.holdfast.save;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Flight recorder: a write of a batch that failed as a whole, however short it was. */
@Name("dev.holdfast.CommitFailure")
@Label("Commit Failure")
@Category("Holdfast")
@Description("A write of a batch of records that failed as a whole, however short it was")
@StackTrace(false)
final class CommitFailureEvent extends Event {

  private static final CommitFailureEvent PROBE = new CommitFailureEvent("", 0, "");

  @Label("Store")
  final String store;

  @Label("Entries")
  final int entries;

  @Label("Outcome")
  @Description("The type of the error")
  final String outcome;

  private CommitFailureEvent(String store, int entries, String outcome) {
    this.store = store;
    this.entries = entries;
    this.outcome = outcome;
  }

  static void report(String store, int entries, Throwable error) {
    if (PROBE.isEnabled()) {
      new CommitFailureEvent(store, entries, error.getClass().getSimpleName()).commit();
    }
  }
}
