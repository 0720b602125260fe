package dev.holdfast.save;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** A store that looks at its batches, and may fail, or see a conflict, once. */
final class CheckingStore implements StateStore {
  final AtomicBoolean fails = new AtomicBoolean();
  final AtomicBoolean conflicts = new AtomicBoolean();

  /** Runs during each write. */
  Runnable meanwhile = () -> {};

  /** Whether a key was twice in a batch, ever. */
  volatile boolean doubled;

  @Override
  public Optional<StateRecord> load(StateKey key) {
    return Optional.empty();
  }

  @Override
  public List<WriteResult> write(WriteBatch batch) {
    Set<StateKey> keys = new HashSet<>();
    batch.entries().forEach(entry -> keys.add(entry.key()));
    if (keys.size() < batch.entries().size()) {
      doubled = true;
    }
    meanwhile.run();
    if (fails.compareAndSet(true, false)) {
      throw new StoreUnavailableException("not now");
    }
    WriteResult result =
        conflicts.compareAndSet(true, false)
            ? new WriteResult.Conflict(Revision.NONE)
            : new WriteResult.Saved(Revision.NONE);
    return Collections.nCopies(batch.entries().size(), result);
  }

  @Override
  public void close() {}
}
