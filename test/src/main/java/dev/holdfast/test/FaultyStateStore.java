package dev.holdfast.test;

import dev.holdfast.store.Enumerable;
import dev.holdfast.store.Page;
import dev.holdfast.store.PageRequest;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StoreUnavailableException;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Entry;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriteResult.Rejected;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A store that goes wrong as a test tells it, around one that works.
 *
 * <pre>{@code
 * FaultyStateStore store = FaultyStateStore.around(StateStore.inMemory());
 * store.loading().failNext(1);       // one load fails, the next works
 * store.writing().fail();            // all writes fail ...
 * store.writing().recover();         // ... until now
 * store.loading().hang(key);         // loads of a key hang ...
 * store.loading().awaitHung().release();
 * store.loseNextReplies(1);          // committed, but the caller sees a failure
 * store.reject(key, "too large");    // for good, its neighbours are saved
 * }</pre>
 *
 * <p>Calls are recorded as they arrive, whatever becomes of them. Nothing here sleeps; whatever
 * waits for other threads gives up after 10 s with an {@link AssertionError}. Safe for many
 * threads. Listing never fails.
 */
public final class FaultyStateStore implements StateStore, Enumerable {

  private final StateStore store;
  private final Enumerable listing;

  private final CallFaults loading = new CallFaults("loads");
  private final CallFaults writing = new CallFaults("writes");
  private final UnsyncedWrites unsynced = new UnsyncedWrites();
  private final Map<StateKey, String> rejected = new ConcurrentHashMap<>();
  private volatile boolean losesUnsynced;
  private volatile Consumer<WriteBatch> beforeWrite = batch -> {};

  /** Guards what follows; every change notifies. */
  private final Object monitor = new Object();

  private final List<StateKey> loads = new ArrayList<>();
  private final List<WriteBatch> writes = new ArrayList<>();
  private int repliesToLose;

  private FaultyStateStore(StateStore store, Enumerable listing) {
    this.store = store;
    this.listing = listing;
  }

  /**
   * Wraps a store.
   *
   * @throws IllegalStateException if it is not {@link Enumerable}
   */
  public static FaultyStateStore around(StateStore store) {
    if (!(store instanceof Enumerable listing)) {
      throw new IllegalStateException(
          "FaultyStateStore lists keys, so it goes around an Enumerable store, not around "
              + store.getClass().getName());
    }
    return new FaultyStateStore(store, listing);
  }

  /** What goes wrong with loads. */
  public CallFaults loading() {
    return loading;
  }

  /** What goes wrong with writes. */
  public CallFaults writing() {
    return writing;
  }

  /** The next {@code count} writes are committed, and then answered with a failure. */
  public FaultyStateStore loseNextReplies(int count) {
    synchronized (monitor) {
      repliesToLose += count;
    }
    return this;
  }

  /** Puts and deletes of a key are rejected until {@link #accept}; their neighbours are not. */
  public FaultyStateStore reject(StateKey key, String reason) {
    rejected.put(key, reason);
    return this;
  }

  /** Ends {@link #reject}. */
  public FaultyStateStore accept(StateKey key) {
    rejected.remove(key);
    return this;
  }

  /** Calls a hook with each batch as it arrives, on the writer's thread; replaces the last hook. */
  public FaultyStateStore beforeWrite(Consumer<WriteBatch> hook) {
    beforeWrite = hook;
    return this;
  }

  /**
   * From now on nothing is durable by itself: a write waits for {@link #sync}, and is unseen and
   * unanswered until then. {@link #crash} loses what waits.
   */
  public FaultyStateStore losesUnsynced() {
    losesUnsynced = true;
    return this;
  }

  /** Makes the waiting batches durable, in their order, on this thread, and answers them. */
  public FaultyStateStore sync() {
    unsynced.sync(store);
    return this;
  }

  /**
   * Loses the waiting batches, and the calls that hang; their callers see {@link
   * StoreUnavailableException}.
   */
  public FaultyStateStore crash() {
    loading.cut();
    writing.cut();
    unsynced.crash();
    return this;
  }

  /**
   * Ends everything that goes wrong: what hangs or waits for a {@link #sync} goes on, and all works
   * from now on.
   */
  public FaultyStateStore recover() {
    loading.recover().release();
    writing.recover().release();
    losesUnsynced = false;
    unsynced.sync(store);
    rejected.clear();
    beforeWrite = batch -> {};
    synchronized (monitor) {
      repliesToLose = 0;
    }
    return this;
  }

  /** Waits until some batches wait for a {@link #sync}. */
  public FaultyStateStore awaitUnsynced(int count) {
    unsynced.await(count);
    return this;
  }

  /** The keys that loads asked for so far, in order of arrival. */
  public List<StateKey> loads() {
    synchronized (monitor) {
      return List.copyOf(loads);
    }
  }

  /** The batches that arrived so far, in order of arrival. */
  public List<WriteBatch> writes() {
    synchronized (monitor) {
      return List.copyOf(writes);
    }
  }

  /** Waits until at least so many loads have arrived since the beginning. */
  public FaultyStateStore awaitLoads(int count) {
    return awaitArrivals(loads, count, "loads");
  }

  /** Waits until at least so many batches have arrived since the beginning. */
  public FaultyStateStore awaitWrites(int count) {
    return awaitArrivals(writes, count, "writes");
  }

  private FaultyStateStore awaitArrivals(List<?> calls, int count, String kind) {
    synchronized (monitor) {
      Waiting.until(
          monitor,
          () -> calls.size() >= count,
          () -> "%d %s, not %d".formatted(calls.size(), kind, count));
    }
    return this;
  }

  @Override
  public Optional<StateRecord> load(StateKey key) {
    arrived(loads, key);
    loading.pass(List.of(key));
    return store.load(key);
  }

  @Override
  public List<WriteResult> write(WriteBatch batch) {
    arrived(writes, batch);
    beforeWrite.accept(batch);
    writing.pass(batch.entries().stream().map(Entry::key).toList());
    List<WriteResult> results = writeAccepted(batch);
    if (losesReply()) {
      throw new StoreUnavailableException("The test's script lost the reply of a committed write");
    }
    return results;
  }

  private <T> void arrived(List<T> calls, T call) {
    synchronized (monitor) {
      calls.add(call);
      monitor.notifyAll();
    }
  }

  private List<WriteResult> writeAccepted(WriteBatch batch) {
    Map<StateKey, String> refused = Map.copyOf(rejected);
    List<Entry> accepted =
        batch.entries().stream()
            .filter(entry -> !refused.containsKey(entry.key()))
            .filter(entry -> !isTiedToOne(entry, batch, refused))
            .toList();
    Iterator<WriteResult> results = commit(new WriteBatch(accepted)).iterator();
    List<WriteResult> all = new ArrayList<>(batch.entries().size());
    for (Entry entry : batch.entries()) {
      String reason = refused.get(entry.key());
      if (reason != null) {
        all.add(new Rejected(reason));
      } else {
        all.add(isTiedToOne(entry, batch, refused) ? WriteBatch.left(entry) : results.next());
      }
    }
    return all;
  }

  private static boolean isTiedToOne(Entry entry, WriteBatch batch, Map<StateKey, String> refused) {
    StateKey other = entry.tiedTo();
    return (other != null && refused.containsKey(other))
        || batch.entries().stream()
            .anyMatch(
                each ->
                    each.isMutual()
                        && (entry.key().equals(each.tiedTo())
                            || Objects.equals(other, each.tiedTo()))
                        && refused.containsKey(each.key()));
  }

  private List<WriteResult> commit(WriteBatch batch) {
    return losesUnsynced ? unsynced.add(batch) : store.write(batch);
  }

  private boolean losesReply() {
    synchronized (monitor) {
      if (repliesToLose == 0) {
        return false;
      }
      repliesToLose--;
      return true;
    }
  }

  @Override
  public Page<StateKey> keys(String module, PageRequest page) {
    return listing.keys(module, page);
  }

  @Override
  public List<Due> due(Instant now, int limit) {
    return listing.due(now, limit);
  }

  /** Closes the store behind. Calls that hang go on hanging until they are released. */
  @Override
  public void close() {
    store.close();
  }
}
