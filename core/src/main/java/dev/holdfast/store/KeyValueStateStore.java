package dev.holdfast.store;

import dev.holdfast.store.WriteBatch.Delete;
import dev.holdfast.store.WriteBatch.Entry;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult.Conflict;
import dev.holdfast.store.WriteResult.Saved;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store over a key-value client. Comparing and writing are one step within this process only: a
 * lock of the key's stripe is held over both.
 */
final class KeyValueStateStore implements StateStore {

  private static final int STRIPES = 64;

  private final KeyValueStore client;

  /** Each guards the keys of its stripe, from the comparison to the write. */
  private final ReentrantLock[] stripes = new ReentrantLock[STRIPES];

  private volatile boolean closed;

  KeyValueStateStore(KeyValueStore client) {
    this.client = client;
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new ReentrantLock();
    }
  }

  @Override
  public Optional<StateRecord> load(StateKey key) {
    return Optional.ofNullable(read(key));
  }

  private @Nullable StateRecord read(StateKey key) {
    String value = call(key, () -> client.get(KeyText.of(key)));
    return value == null ? null : RecordText.decode(value, key);
  }

  @Override
  public List<WriteResult> write(WriteBatch batch) {
    return batch.writeEach(this::writeAlone, this::revision);
  }

  private WriteResult writeAlone(Entry entry) {
    ReentrantLock stripe = stripes[Math.floorMod(entry.key().hashCode(), STRIPES)];
    stripe.lock();
    try {
      return write(entry);
    } finally {
      stripe.unlock();
    }
  }

  private Revision revision(StateKey key) {
    StateRecord present = read(key);
    return present == null ? Revision.NONE : present.revision();
  }

  private WriteResult write(Entry entry) {
    Revision actual = revision(entry.key());
    if (!actual.equals(entry.expected())) {
      return new Conflict(actual);
    }
    String name = KeyText.of(entry.key());
    return switch (entry) {
      case Put put -> {
        String value = RecordText.encode(put.record());
        call(
            put.key(),
            () -> {
              client.put(name, value);
              return null;
            });
        yield new Saved(put.record().revision());
      }
      case Delete delete -> {
        call(
            delete.key(),
            () -> {
              client.remove(name);
              return null;
            });
        yield new Saved(Revision.NONE);
      }
    };
  }

  private <T extends @Nullable Object> T call(StateKey key, Supplier<T> request) {
    if (closed) {
      throw new StateStoreException(
          "The key-value store is closed; asked for a record of module " + key.module());
    }
    try {
      return request.get();
    } catch (StateStoreException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new StoreUnavailableException(
          "The key-value client failed for a record of module " + key.module(), e);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
