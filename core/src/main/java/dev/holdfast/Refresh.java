package dev.holdfast;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateRecord;
import java.util.Objects;

/**
 * Follows a record that another writer may have changed, where nothing of this one's waits to be
 * written: the record is loaded, and is the instance's state if it is another than before. With
 * something to write, the write itself finds out (law S4).
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

  void start() {
    Revision before;
    synchronized (instance) {
      if (isBusy()) {
        return;
      }
      before = record.standing().revision();
    }
    engine.afterAsync(
        record.load(),
        (found, error) -> {
          if (found != null) {
            follow(found, before);
          }
        });
  }

  /** With the instance's lock held. */
  private boolean isBusy() {
    return !instance.isLive()
        || instance.isDirty()
        || record.isErasing()
        || record.lifetime().isTouching();
  }

  private void follow(Found found, Revision before) {
    StateRecord stored = found.record();
    if (stored == null || stored.revision().equals(before)) {
      return; // A record that has gone is followed by the next write, as ever.
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
      record.lifetime().note(stored);
    }
    instance.replacement().settle(overtaken);
  }
}
