package dev.holdfast;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The versions of an instance's state: the newest, the newest that is committed, and the one that
 * is shown; and the actions that the newest holds. A change raises the sequence; whoever replaces
 * the state under the feet of a running turn raises the epoch, and the turn is not published.
 *
 * <p>It belongs to the instance's lock.
 */
final class Versions {

  private static final Object NOTHING = new Object();

  /** Stands for the newest: where no change waits for its commit, there is one field to write. */
  private static final Object LATEST = new Object();

  private Object latest = NOTHING;
  private Object committedState = NOTHING;
  private Object visible = NOTHING;
  private long sequence;
  private long committed;

  /** Of the newest change that had an id. */
  private long noted;

  private int epoch;

  /** Null for none. */
  private @Nullable ActionIds ids;

  Object latest() {
    return latest;
  }

  Object committedState() {
    return committedState;
  }

  @SuppressWarnings("ReferenceEquality") // it stands for another
  Object visible() {
    return visible == LATEST ? latest : visible;
  }

  long sequence() {
    return sequence;
  }

  long committed() {
    return committed;
  }

  int epoch() {
    return epoch;
  }

  ActionIds ids() {
    ActionIds known = ids;
    if (known == null) {
      known = new ActionIds();
      ids = known;
    }
    return known;
  }

  /** What is known of a turn's action. */
  <S> ActionIds.Known known(Turn<S> turn, InstantSource time, StateModule<S> module) {
    boolean hasNone = turn.id == null && !turn.isStored;
    return hasNone ? ActionIds.Known.NEW : ids().look(turn, time, module);
  }

  /** An applied action still waits for its answer. */
  void heard(@Nullable ActionId id, Instant now) {
    if (ids != null) {
      ids.heard(id, now);
    }
  }

  /** Forgets the ids of clients that were silent for so long. */
  void prune(Instant now, Duration silence) {
    if (ids != null) {
      ids.prune(now, silence);
      ids = ids.isEmpty() ? null : ids;
    }
  }

  /** A copy of what is known of ids. */
  Map<String, ActionIds.Client> allIds() {
    return ids == null ? Map.of() : ids.all();
  }

  /** The newest change is a turn's: the state holds its id, and those that it brings along. */
  void note(Turn<?> turn, InstantSource time) {
    if (turn.id != null) {
      ids().add(turn.id, time.instant());
      noted = sequence;
    }
    if (!turn.brought.isEmpty()) {
      ids().addAll(turn.brought);
    }
  }

  /** Whether changes that may undo each other have ids to be known by. */
  boolean hasIdsToStore() {
    return sequence - committed > 1 && noted > committed;
  }

  boolean isDirty() {
    return sequence != committed;
  }

  /** Makes a state the newest without a change to be saved: it counts as defaults. */
  void become(Object state) {
    visible = visible();
    latest = state;
  }

  /**
   * Makes a state the newest.
   *
   * @param shown whether it is shown from now on
   */
  @SuppressWarnings("ReferenceEquality") // it stands for another
  void change(Object state, boolean shown) {
    if (!shown) {
      visible = visible();
    } else if (visible != LATEST) {
      visible = LATEST;
    }
    latest = state;
    sequence++;
  }

  /** The state of a sequence is in the store. */
  void commit(long upTo, Object state) {
    committed = upTo;
    committedState = state;
  }

  /** Shows a state from now on. Returns whether another one was shown before. */
  @SuppressWarnings("ReferenceEquality") // whether it is the very object, however deep it is equal
  boolean show(Object state) {
    boolean other = state != visible();
    if (other) {
      visible = state == latest ? LATEST : state;
    }
    return other;
  }

  /** Makes a state the only one: whatever ran on another is not published. */
  void reset(Object state, ActionIds known) {
    latest = state;
    committedState = state;
    visible = state;
    ids = known;
    undo();
  }

  /** Nothing is to be saved any more, and whatever runs is not published. */
  void undo() {
    committed = sequence;
    interrupt();
  }

  /** Whatever runs is not published. */
  void interrupt() {
    epoch++;
  }
}
