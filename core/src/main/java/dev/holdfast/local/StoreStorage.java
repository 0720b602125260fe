package dev.holdfast.local;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StateStoreException;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult.Conflict;
import dev.holdfast.store.WriteResult.Rejected;
import dev.holdfast.store.WriteResult.Saved;
import dev.holdfast.store.WriterMark;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A store of the engine as a storage. A state uses the store itself; texts pass through here only
 * where somebody asks for them, such as an encrypted storage around this one, and are records of a
 * module of their own. Two of one store are equal.
 */
final class StoreStorage implements ConditionalStorage {

  private static final String MODULE = "LocalItem";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final StateStore store;

  StoreStorage(StateStore store) {
    this.store = Objects.requireNonNull(store, "store");
  }

  StateStore store() {
    return store;
  }

  private static StateKey key(String key) {
    return StateKey.keyed(MODULE, key);
  }

  @Override
  public @Nullable String getItem(String key) {
    return text(store.load(key(key)).orElse(null));
  }

  private static @Nullable String text(@Nullable StateRecord record) {
    return record == null || record.isTombstone() ? null : record.text();
  }

  @Override
  public void setItem(String key, String value) {
    for (int attempt = 0; attempt < 100; attempt++) {
      if (written(key, store.load(key(key)).orElse(null), value)) {
        return;
      }
    }
    throw new StoreUnavailableException("Others write the key \"%s\" all the time".formatted(key));
  }

  @Override
  public boolean replaceItem(String key, @Nullable String expected, String value) {
    StateRecord present = store.load(key(key)).orElse(null);
    return Objects.equals(text(present), expected) && written(key, present, value);
  }

  private boolean written(String key, @Nullable StateRecord present, String value) {
    Revision from = present == null ? Revision.NONE : present.revision();
    Revision to = from.isNone() ? Revision.first(RANDOM.nextLong() | 1) : from.next();
    StateRecord record =
        new StateRecord(
            to,
            new WriterMark(0, 0),
            1,
            Instant.now(),
            null,
            value.getBytes(StandardCharsets.UTF_8));
    return switch (store.write(WriteBatch.of(new Put(key(key), from, record))).getFirst()) {
      case Saved saved -> true;
      case Conflict conflict -> false;
      case Rejected rejected ->
          throw new StateStoreException(
              "The store does not take the key \"%s\": %s".formatted(key, rejected.reason()));
    };
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StoreStorage that && store.equals(that.store);
  }

  @Override
  public int hashCode() {
    return store.hashCode();
  }

  @Override
  public String toString() {
    return store.getClass().getSimpleName();
  }
}
