package dev.holdfast;

import dev.holdfast.store.StateRecord;
import java.util.concurrent.CompletableFuture;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** Flight recorder: the load of a record, from the question until the state can be shown. */
@Name("dev.holdfast.Load")
@Label("Load")
@Category("Holdfast")
@Description("The load of a record, until its state could be shown; onActivated included")
@StackTrace(false)
@Threshold("20 ms")
final class LoadEvent extends Event {

  private static final LoadEvent PROBE = new LoadEvent("");

  @Label("Module")
  final String module;

  @Label("Outcome")
  @Description("\"restored\", \"nothing stored\", or the type of the error")
  String outcome = "nothing stored";

  @Label("Size")
  @DataAmount
  long bytes;

  @Label("Revision")
  @Description("How often the record was written in its life; 0 without a record")
  long revision;

  private LoadEvent(String module) {
    this.module = module;
  }

  /**
   * Watches a load if somebody records.
   *
   * @param found completes with what the store has
   * @param restored completes after it, when the state is restored
   */
  static void watch(
      String module, CompletableFuture<Found> found, CompletableFuture<Void> restored) {
    if (!PROBE.isEnabled() && !FailureEvent.isWanted()) {
      return;
    }
    LoadEvent event = new LoadEvent(module);
    event.begin();
    var unused = restored.whenComplete((none, error) -> event.ended(found, error));
  }

  private void ended(CompletableFuture<Found> found, @Nullable Throwable error) {
    if (found.isDone() && !found.isCompletedExceptionally()) {
      StateRecord record = found.join().record();
      if (record != null && !record.isTombstone()) {
        measure(record);
      }
    }
    if (error != null) {
      outcome = error.getClass().getSimpleName();
      FailureEvent.report(module, "", outcome);
    }
    commit();
  }

  private void measure(StateRecord record) {
    outcome = "restored";
    bytes = record.content().length;
    revision = record.revision().count();
  }
}
