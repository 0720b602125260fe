package dev.holdfast;

import dev.holdfast.codec.RecordCodec;
import dev.holdfast.codec.UnencodableStateException;
import dev.holdfast.codec.UnknownMembers;
import dev.holdfast.save.UnfitStateException;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the content of an instance's record, and says what is too large for one. What was
 * acknowledged before it is stored may be twice as large as the limit; what goes to the rescue file
 * knows none (law S7).
 *
 * <p>Encoding runs without the lock. {@code unfit} and the share belong to the instance's lock.
 */
final class RecordEncoder<S> {

  private final Engine engine;
  private final Instance<S> instance;
  private final StateKey key;
  private final Share share;

  /** Whether the newest state is not even offered to the store: too large, or not encodable. */
  private boolean unfit;

  /** Whether it was past half of the limit. For the saver's thread alone. */
  private boolean large;

  /** Whether its size does not matter any more. */
  private boolean rescuing;

  RecordEncoder(Engine engine, Instance<S> instance, StateKey key, Share share) {
    this.engine = engine;
    this.instance = instance;
    this.key = key;
    this.share = share;
  }

  /** With the instance's lock held. */
  boolean isUnfit() {
    return unfit;
  }

  /** From here on everything fits that can be encoded. */
  void liftLimit() {
    rescuing = true;
  }

  /**
   * Makes the entry of a write. Runs user code: to be called without the lock.
   *
   * @param isThere whether the store has this state already, and only its time is prolonged (law
   *     E1): then it is not too large, though the limit was another one when it was stored
   * @throws UnfitStateException if the state has no form, or is too large
   */
  Flight encode(Flight next, Step step, Map<String, ActionIds.Client> ids, boolean isThere) {
    RecordCodec<S> records = instance.module().records();
    RecordCodec.Written written;
    byte[] content;
    try {
      written = write(next.state(), next.unknown());
      content = new Envelope(written.json(), ids).encode(records.writes());
    } catch (UnencodableStateException | StackOverflowError e) {
      throw unfit("its state cannot be encoded: " + e.getMessage());
    }
    measured(content.length);
    if (content.length > most() && !isThere) {
      throw unfit(
          "its state has %d bytes, at most %d are allowed".formatted(content.length, most()));
    }
    warn(content.length);
    UnknownMembers unknown = next.unknown().isNone() ? next.unknown() : written.unknown();
    Instant dueAt = Lifetime.end(instance.module(), next.state(), step.at());
    return next.with(unknown, step.put(records.writes(), dueAt, content));
  }

  /** Whether a state can be stored, as far as its size and form go. */
  boolean fits(Object state, Standing standing) {
    UnknownMembers unknown;
    synchronized (instance) {
      unknown = standing.unknown();
    }
    try {
      return write(state, unknown).json().length <= most();
    } catch (UnencodableStateException | StackOverflowError e) {
      return false;
    }
  }

  /** Whether a write would store nothing but what is committed already (law A4). */
  boolean isStored(Flight next) {
    Object committed;
    synchronized (instance) {
      committed = instance.committedHeld();
    }
    States<S> states = instance.module().states();
    try {
      byte[] stored = states.encode(committed);
      return instance.module().records().isSame(stored, states.encode(next.state()));
    } catch (UnencodableStateException | StackOverflowError e) {
      return false; // The way of every write tells why.
    }
  }

  /** The record is as large as this, and has been read or can be written. */
  void measured(int bytes) {
    synchronized (instance) {
      unfit = false;
      share.measured(bytes);
      instance.charge();
    }
  }

  /** The same of what was loaded. */
  void measured(@Nullable Found found) {
    StateRecord record = found == null ? null : found.record();
    if (record != null) {
      measured(record.content().length);
    }
  }

  private RecordCodec.Written write(Object state, UnknownMembers unknown) {
    StateModule<S> module = instance.module();
    RecordCodec<S> records = module.records();
    byte[] whole = module.states().encode(state);
    return records.hasStepDown()
        ? engine.writeCode.run(() -> records.write(whole, unknown))
        : records.write(whole, unknown);
  }

  private long most() {
    long most = rescuing ? Integer.MAX_VALUE : engine.options.maxRecordBytes();
    return instance.module().policy().isCommitted() ? most : 2 * most;
  }

  private UnfitStateException unfit(String reason) {
    synchronized (instance) {
      unfit = true;
    }
    return new UnfitStateException(reason);
  }

  private void warn(int bytes) {
    int most = engine.options.maxRecordBytes();
    if (bytes > most / 2 && !large) {
      engine.reports.onLarge(key, bytes, most);
    }
    large = bytes > most / 2;
  }
}
