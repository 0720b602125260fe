package dev.holdfast.store;

import java.util.List;
import java.util.Optional;

/**
 * Keeps records. All methods block, and are safe to call from many threads at once.
 *
 * <p>What every store promises, and {@code dev.holdfast.test.StateStoreContract} checks:
 *
 * <ul>
 *   <li>When {@link #write} returns, every {@link WriteResult.Saved} entry survives a crash as far
 *       as the store survives one at all, and every later {@link #load} sees it.
 *   <li>The comparison with the expected revision and the write are one step: of two writers that
 *       expect the same revision of a key, one is saved and the other conflicts.
 *   <li>Keys are told apart exactly, and content comes back byte for byte.
 * </ul>
 *
 * <p>A broken environment is a {@link StateStoreException}; its subtype {@link
 * StoreUnavailableException} says that trying again may help. After either, a write may or may not
 * have happened: callers write again under the same expected revision, and tell from the record's
 * {@link WriterMark} whether the first attempt had landed.
 *
 * <p>Rare abilities are interfaces of their own that a store implements beside this one: {@link
 * Enumerable}.
 */
public interface StateStore extends AutoCloseable {

  /**
   * Reads the record of a key.
   *
   * @return the record, which may be a {@linkplain StateRecord#isTombstone() tombstone}, or empty
   *     if there is none
   * @throws StoreUnavailableException if the store does not answer now
   * @throws StateStoreException if it cannot answer
   */
  Optional<StateRecord> load(StateKey key);

  /**
   * Writes a batch and makes it durable. An entry that is {@linkplain WriteBatch.Entry#tiedTo tied}
   * to another is written only if that one is saved; a crash leaves both or none where the store
   * has transactions, and otherwise never the tied one alone. Of two that are tied {@linkplain
   * WriteBatch.Entry#isMutual mutually}, none is written if one has not the revision expected.
   *
   * @return one result for each entry, in the batch's order
   * @throws StoreUnavailableException if the store does not answer now; the outcome of every entry
   *     is unknown
   * @throws StateStoreException if it cannot answer; the outcome of every entry is unknown
   */
  List<WriteResult> write(WriteBatch batch);

  /** Gives everything back. Safe to call twice; other calls fail afterwards. */
  @Override
  void close();

  /**
   * A store in this process's memory: as long-lived as the object, and shared by every runtime that
   * is opened on it. Closing it keeps the records, so that opening a runtime on it again is a
   * restart. It is {@link Enumerable}.
   */
  static StateStore inMemory() {
    return new InMemoryStateStore();
  }

  /**
   * A store over a key-value client, such as a Redis client's {@code get}, {@code set} and {@code
   * del}. The record's revision and times travel inside the value.
   *
   * <p>What it cannot promise: between processes, comparing and writing are two steps, so two
   * runtimes over the same client may overwrite each other; within this process they are one. It
   * lists nothing, so expiry and the sweeping of ended sessions do not work on it. It is as durable
   * as the client's {@code put} is when it returns.
   */
  static StateStore of(KeyValueStore client) {
    return new KeyValueStateStore(client);
  }

  /**
   * The same over an asynchronous client; calls wait for its answer for at most 10 seconds and then
   * fail with {@link StoreUnavailableException}.
   */
  static StateStore of(AsyncKeyValueStore client) {
    return new KeyValueStateStore(new AwaitingKeyValueStore(client));
  }
}
