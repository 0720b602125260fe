package dev.holdfast;

import dev.holdfast.store.Revision;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Follows a record that another writer may have changed, where nothing of this one's waits to be
 * written: the record is loaded, and is the instance's state if it is another than before, or has
 * gone: then the state is at its defaults, as after an erase (law E2). With something to write, the
 * write itself finds out (law S4).
 *
 * <p>It takes the instance's lock to look and to replace, never over a load.
 */
final class Refresh<S> {

  private final Engine engine;
  private final Instance<S> instance;
  private final RecordWriter<S> record;

  Refresh(Engine engine, Instance<S> instance, RecordWriter<S> record) {
    this.engine = engine;
    this.instance = instance;
    this.record = record;
  }

  /** Complete when it has followed, or its own write will find out; else as the load has failed. */
  CompletableFuture<Void> start() {
    Revision before;
    synchronized (instance) {
      if (isBusy()) {
        return CompletableFuture.completedFuture(null);
      }
      before = record.standing().revision();
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    engine.afterAsync(
        record.load(),
        (found, error) -> {
          if (found != null) {
            follow(found, before);
          }
          if (error == null) {
            done.complete(null);
          } else {
            done.completeExceptionally(error);
          }
        });
    return done;
  }

  /** With the instance's lock held. */
  private boolean isBusy() {
    return !instance.isLive()
        || instance.isDirty()
        || record.isErasing()
        || record.lifetime().isTouching();
  }

  private void follow(Found found, Revision before) {
    if (found.revision().equals(before)) {
      return;
    }
    Restored restored;
    try {
      restored = Restored.of(instance.module(), found, instance.title());
    } catch (LoadException e) {
      engine.reports.odd("What another writer has stored is not shown: " + e.getMessage());
      return;
    }
    Overtaken<S> overtaken;
    synchronized (instance) {
      if (isBusy() || !Objects.equals(before, record.standing().revision())) {
        return; // A write of ours was faster, or is on its way: what was loaded may be of before.
      }
      overtaken = instance.replacement().replace(restored, Overtaken.Doubtful.NOTHING);
      record.lifetime().note(found.record());
    }
    instance.replacement().settle(overtaken);
  }
}
