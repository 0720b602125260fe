package dev.holdfast.local;

import dev.holdfast.Subscription;
import dev.holdfast.store.ChangeFeed;
import dev.holdfast.store.Enumerable;
import dev.holdfast.store.Page;
import dev.holdfast.store.PageRequest;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StateStoreException;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Delete;
import dev.holdfast.store.WriteBatch.Entry;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriteResult.Conflict;
import dev.holdfast.store.WriteResult.Rejected;
import dev.holdfast.store.WriteResult.Saved;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One item of a storage as a store: the record of one state, and copies of it that could not be
 * read. Comparing and writing are one step between processes if the storage can do that, else
 * within this state only.
 */
final class ItemStore implements StateStore, Enumerable, ChangeFeed {

  /** How often a write looks again where others write all the time, before it is a conflict. */
  private static final int ATTEMPTS = 3;

  private final Storage storage;
  private final StateKey key;

  /** Held from the comparison to the write, where the storage has no such step. */
  private final ReentrantLock writing = new ReentrantLock();

  ItemStore(Storage storage, StateKey key) {
    this.storage = storage;
    this.key = key;
  }

  /** The item of the state, or of a copy of it: of those the engine makes the module's name. */
  private String item(StateKey of) {
    int name = of.module().indexOf('.');
    return of.equals(key) || name < 0 ? of.id() : of.module().substring(0, name + 1) + of.id();
  }

  @Override
  public Optional<StateRecord> load(StateKey of) {
    return Optional.ofNullable(record(text(of)));
  }

  private @Nullable String text(StateKey of) {
    return call(of, () -> storage.getItem(item(of)));
  }

  private static @Nullable StateRecord record(@Nullable String text) {
    return text == null ? null : ItemText.decode(text);
  }

  @Override
  public List<WriteResult> write(WriteBatch batch) {
    return batch.writeEach(
        entry ->
            switch (entry) {
              case Put put -> put(put);
              case Delete delete -> new Rejected("a storage removes no items");
            },
        of -> revision(text(of)));
  }

  private WriteResult put(Put put) {
    writing.lock();
    try {
      Revision actual = Revision.NONE;
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        String before = text(put.key());
        actual = revision(before);
        if (!actual.equals(put.expected())) {
          return new Conflict(actual);
        }
        if (replaced(put, before)) {
          return new Saved(put.record().revision());
        }
      }
      return new Conflict(actual);
    } finally {
      writing.unlock();
    }
  }

  private static Revision revision(@Nullable String text) {
    StateRecord record = record(text);
    return record == null ? Revision.NONE : record.revision();
  }

  private boolean replaced(Entry entry, @Nullable String before) {
    String after = ItemText.encode(((Put) entry).record());
    return call(
        entry.key(),
        () -> {
          if (storage instanceof ConditionalStorage conditional) {
            return conditional.replaceItem(item(entry.key()), before, after);
          }
          storage.setItem(item(entry.key()), after);
          return true;
        });
  }

  private <T extends @Nullable Object> T call(StateKey of, Supplier<T> request) {
    try {
      return request.get();
    } catch (StateStoreException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new StoreUnavailableException(
          "The storage failed for the key \"%s\": %s"
              .formatted(item(of), Objects.toString(e.getMessage(), e.getClass().getSimpleName())),
          e);
    }
  }

  @Override
  public Page<StateKey> keys(String module, PageRequest page) {
    boolean there =
        module.equals(key.module())
            && page.after() == null
            && load(key).filter(record -> !record.isTombstone()).isPresent();
    return new Page<>(there ? List.of(key) : List.of(), null);
  }

  /** Nothing: a local state does not expire. */
  @Override
  public List<Due> due(Instant now, int limit) {
    return List.of();
  }

  @Override
  public Watch watch(Consumer<StateKey> listener) {
    if (storage instanceof WatchedStorage watched) {
      Subscription watch = watched.watchItem(item(key), () -> listener.accept(key));
      return watch::close;
    }
    return () -> {};
  }

  @Override
  public void close() {
    // The storage may serve other states, and belongs to whoever made it.
  }
}
