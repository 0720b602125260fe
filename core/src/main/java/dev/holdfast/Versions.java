package dev.holdfast;

/**
 * The versions of an instance's state: the newest, the newest that is committed, and the one that
 * is shown; and the actions that the newest holds. A change raises the sequence; whoever replaces
 * the state under the feet of a running turn raises the epoch, and the turn is not published.
 *
 * <p>It belongs to the instance's lock.
 */
final class Versions {

  private static final Object NOTHING = new Object();

  private Object latest = NOTHING;
  private Object committedState = NOTHING;
  private Object visible = NOTHING;
  private long sequence;
  private long committed;

  /** Of the newest change that had an id. */
  private long noted;

  private int epoch;
  private ActionIds ids = new ActionIds();

  Object latest() {
    return latest;
  }

  Object committedState() {
    return committedState;
  }

  Object visible() {
    return visible;
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
    return ids;
  }

  /** The newest change had an id. */
  void note() {
    noted = sequence;
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
    latest = state;
  }

  /** Makes a state the newest. */
  void change(Object state) {
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
    boolean other = state != visible;
    visible = state;
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
