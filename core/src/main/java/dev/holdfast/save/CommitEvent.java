package dev.holdfast.save;

import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriteResult.Conflict;
import dev.holdfast.store.WriteResult.Rejected;
import dev.holdfast.store.WriteResult.Saved;
import java.util.List;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** Flight recorder: one write of a batch to a store. */
@Name("dev.holdfast.Commit")
@Label("Commit")
@Category("Holdfast")
@Description("One write of a batch of records to a store")
@StackTrace(false)
@Threshold("20 ms")
final class CommitEvent extends Event {

  private static final CommitEvent PROBE = new CommitEvent("", 0, 0);

  @Label("Store")
  final String store;

  @Label("Entries")
  final int entries;

  @Label("Attempt")
  @Description("1, or one more than the commits of this store that have failed in a row before")
  final int attempt;

  @Label("Size")
  @Description("Of the records' contents")
  @DataAmount
  long bytes;

  @Label("Outcome")
  @Description("\"answered\", or the type of the error")
  String outcome = "answered";

  @Label("Saved")
  int saved;

  @Label("Conflicts")
  int conflicts;

  @Label("Rejected")
  int rejected;

  private CommitEvent(String store, int entries, int attempt) {
    this.store = store;
    this.entries = entries;
    this.attempt = attempt;
  }

  /** Writes a batch, watched if somebody records. */
  static List<WriteResult> write(StateStore store, WriteBatch batch, int attempt) {
    String name = store.getClass().getSimpleName();
    int entries = batch.entries().size();
    try {
      return PROBE.isEnabled()
          ? new CommitEvent(name, entries, attempt).watched(store, batch)
          : store.write(batch);
    } catch (RuntimeException | Error e) {
      CommitFailureEvent.report(name, entries, e);
      throw e;
    }
  }

  private List<WriteResult> watched(StateStore store, WriteBatch batch) {
    begin();
    try {
      List<WriteResult> results = store.write(batch);
      results.forEach(this::count);
      return results;
    } catch (RuntimeException | Error e) {
      outcome = e.getClass().getSimpleName();
      throw e;
    } finally {
      end();
      bytes = bytes(batch);
      commit();
    }
  }

  private void count(WriteResult result) {
    switch (result) {
      case Saved s -> saved++;
      case Conflict c -> conflicts++;
      case Rejected r -> rejected++;
    }
  }

  private static long bytes(WriteBatch batch) {
    return batch.entries().stream()
        .mapToLong(entry -> entry instanceof Put put ? put.record().content().length : 0)
        .sum();
  }
}
