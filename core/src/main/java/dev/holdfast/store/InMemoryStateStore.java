package dev.holdfast.store;

import dev.holdfast.store.WriteBatch.Delete;
import dev.holdfast.store.WriteBatch.Entry;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult.Conflict;
import dev.holdfast.store.WriteResult.Saved;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** Records in a sorted map; one lock guards it, so that every batch is one step. */
final class InMemoryStateStore implements StateStore, Enumerable {

  private static final Comparator<StateKey> ORDER =
      Comparator.comparing(StateKey::module).thenComparing(InMemoryStateStore::place);

  /** Guards {@link #records}. */
  private final ReentrantLock lock = new ReentrantLock();

  private final TreeMap<StateKey, StateRecord> records = new TreeMap<>(ORDER);

  @Override
  public Optional<StateRecord> load(StateKey key) {
    lock.lock();
    try {
      return Optional.ofNullable(records.get(key));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<WriteResult> write(WriteBatch batch) {
    lock.lock();
    try {
      return batch.writeEach(this::write, this::revision);
    } finally {
      lock.unlock();
    }
  }

  private Revision revision(StateKey key) {
    StateRecord present = records.get(key);
    return present == null ? Revision.NONE : present.revision();
  }

  private WriteResult write(Entry entry) {
    Revision actual = revision(entry.key());
    if (!actual.equals(entry.expected())) {
      return new Conflict(actual);
    }
    return switch (entry) {
      case Put put -> {
        records.put(put.key(), put.record());
        yield new Saved(put.record().revision());
      }
      case Delete delete -> {
        records.remove(delete.key());
        yield new Saved(Revision.NONE);
      }
    };
  }

  @Override
  public Page<StateKey> keys(String module, PageRequest page) {
    lock.lock();
    try {
      List<StateKey> keys = new ArrayList<>();
      for (Map.Entry<StateKey, StateRecord> entry : records.entrySet()) {
        StateKey key = entry.getKey();
        boolean wanted = key.module().equals(module) && !entry.getValue().isTombstone();
        if (wanted && isAfter(key, page)) {
          if (keys.size() == page.limit()) {
            return new Page<>(keys, place(keys.getLast()));
          }
          keys.add(key);
        }
      }
      return new Page<>(keys, null);
    } finally {
      lock.unlock();
    }
  }

  private static boolean isAfter(StateKey key, PageRequest page) {
    return page.after() == null || place(key).compareTo(page.after()) > 0;
  }

  private static String place(StateKey key) {
    return key.scope() + " " + key.id();
  }

  @Override
  public List<Due> due(Instant now, int limit) {
    lock.lock();
    try {
      return records.entrySet().stream()
          .filter(e -> e.getValue().dueAt() != null && !dueAt(e).isAfter(now))
          .sorted(Comparator.comparing(InMemoryStateStore::dueAt))
          .limit(limit)
          .map(e -> new Due(e.getKey(), e.getValue().revision(), e.getValue().isTombstone()))
          .toList();
    } finally {
      lock.unlock();
    }
  }

  private static Instant dueAt(Map.Entry<StateKey, StateRecord> entry) {
    return Objects.requireNonNull(entry.getValue().dueAt());
  }

  @Override
  public void close() {
    // The records stay: another runtime may be opened on this store.
  }
}
