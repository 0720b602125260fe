package dev.holdfast;

import dev.holdfast.save.SavePolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the turns that were answered and are not committed leave behind: enough to run each once
 * more on another writer's record (law S4), and neither its answer nor the states before and after
 * it. It belongs to its instance's lock.
 *
 * <p>A ring in two arrays: an object for each would outlive the young generation by the hundred
 * thousand, and the collector then has more to do than all the rest. Turns that follow each other
 * and do the same, as reducers without a payload, are one entry: to count costs less than to store.
 */
final class ReplayLog<S> {

  private static final int FIRST_ROOM = 4;

  // The parts of an entry.
  private static final int PARTS = 5;
  private static final int WORK = 0; // a computation, or a turn that carries more than is kept here
  private static final int TITLE = 1;
  private static final int ID = 2;
  private static final int BINDING = 3;
  private static final int POLICY = 4;

  private static final int NUMBERS = 5;
  private static final int SEQUENCE = 0; // of the first of them; the others follow without a gap
  private static final int PLACE = 1; // of the first; the others had at least as much more
  private static final int WEIGHT = 2; // of each
  private static final int BYTES_AND_NOTED = 3;
  private static final int TURNS = 4; // how many

  private @Nullable Object[] parts = new Object[FIRST_ROOM * PARTS];
  private long[] numbers = new long[FIRST_ROOM * NUMBERS];
  private int room = FIRST_ROOM;
  private int first;
  private int entries;
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  /** How many turns. */
  int size() {
    return size;
  }

  /** Adds a reducer's turn that has changed the state. */
  void add(Turn<S> turn) {
    size++;
    if (entries > 0 && isLikeLast(turn)) {
      numbers[at(entries - 1) * NUMBERS + TURNS]++;
      return;
    }
    if (entries == room) {
      grow();
    }
    int at = at(entries++);
    int part = at * PARTS;
    parts[part + WORK] = isPlain(turn) ? turn.computation : turn;
    parts[part + TITLE] = turn.title;
    parts[part + ID] = turn.id;
    parts[part + BINDING] = turn.binding;
    parts[part + POLICY] = turn.policy;
    int number = at * NUMBERS;
    numbers[number + SEQUENCE] = turn.sequence;
    numbers[number + PLACE] = turn.place;
    numbers[number + WEIGHT] = turn.weight;
    numbers[number + BYTES_AND_NOTED] = bytesAndNoted(turn);
    numbers[number + TURNS] = 1;
  }

  private int at(int entry) {
    int at = first + entry;
    return at < room ? at : at - room;
  }

  private static long bytesAndNoted(Turn<?> turn) {
    return (long) turn.bytes << 1 | (turn.noted ? 1 : 0);
  }

  /** Whether all that the last entry says goes for a turn as well. */
  @SuppressWarnings("ReferenceEquality") // the very computation, which is all that is to be known
  private boolean isLikeLast(Turn<S> turn) {
    int at = at(entries - 1);
    int part = at * PARTS;
    int number = at * NUMBERS;
    return parts[part + WORK] == turn.computation
        && turn.id == null
        && parts[part + ID] == null
        && parts[part + BINDING] == turn.binding
        && parts[part + POLICY] == turn.policy
        && parts[part + TITLE] == turn.title
        && numbers[number + SEQUENCE] + numbers[number + TURNS] == turn.sequence
        && numbers[number + WEIGHT] == turn.weight
        && numbers[number + BYTES_AND_NOTED] == bytesAndNoted(turn)
        && isPlain(turn);
  }

  private static boolean isPlain(Turn<?> turn) {
    return turn.computation != null
        && turn.kind == Turn.Kind.ACTION
        && turn.adoption == null
        && turn.brought.isEmpty()
        && !turn.unbinds
        && !turn.follows
        && !turn.isStored;
  }

  private void grow() {
    @Nullable Object[] moreParts = new Object[2 * room * PARTS];
    long[] moreNumbers = new long[2 * room * NUMBERS];
    int behind = room - first; // Entries from the first to the end of the ring, then the others.
    System.arraycopy(parts, first * PARTS, moreParts, 0, behind * PARTS);
    System.arraycopy(parts, 0, moreParts, behind * PARTS, first * PARTS);
    System.arraycopy(numbers, first * NUMBERS, moreNumbers, 0, behind * NUMBERS);
    System.arraycopy(numbers, 0, moreNumbers, behind * NUMBERS, first * NUMBERS);
    parts = moreParts;
    numbers = moreNumbers;
    first = 0;
    room *= 2;
  }

  /** Takes the oldest out, and returns what it weighed; it must not be empty. */
  long remove() {
    return removeUpTo(numbers[first * NUMBERS + SEQUENCE]);
  }

  /** Takes out those up to a sequence, and returns what they weighed together. */
  long removeUpTo(long sequence) {
    long weight = 0;
    while (entries > 0 && numbers[first * NUMBERS + SEQUENCE] <= sequence) {
      int number = first * NUMBERS;
      long turns = numbers[number + TURNS];
      int gone = (int) Math.min(turns, sequence + 1 - numbers[number + SEQUENCE]);
      weight += gone * numbers[number + WEIGHT];
      size -= gone;
      numbers[number + SEQUENCE] += gone;
      numbers[number + PLACE] += gone;
      numbers[number + TURNS] = turns - gone;
      if (gone == turns) {
        Arrays.fill(parts, first * PARTS, (first + 1) * PARTS, null);
        first = at(1);
        entries--;
      }
    }
    return weight;
  }

  /**
   * The turns once more, in order: answered and over, as they were.
   *
   * @param state stands for their answers, which somebody has had already
   */
  List<Turn<S>> turns(Object state) {
    List<Turn<S>> turns = new ArrayList<>(size);
    for (int entry = 0; entry < entries; entry++) {
      int at = at(entry);
      for (int n = 0; n < numbers[at * NUMBERS + TURNS]; n++) {
        turns.add(turn(at, n, state));
      }
    }
    return turns;
  }

  @SuppressWarnings("unchecked") // only add() puts anything in
  private Turn<S> turn(int at, int n, Object state) {
    int part = at * PARTS;
    if (parts[part + WORK] instanceof Turn<?> whole) {
      return (Turn<S>) whole;
    }
    int number = at * NUMBERS;
    Turn<S> turn =
        Turn.again(
            (String) parts[part + TITLE],
            (Turn.Computation<S>) parts[part + WORK],
            (ActionId) parts[part + ID],
            (Binding<S>) parts[part + BINDING],
            (SavePolicy) parts[part + POLICY]);
    turn.place = numbers[number + PLACE] + n;
    turn.bytes = (int) (numbers[number + BYTES_AND_NOTED] >> 1);
    turn.noted = (numbers[number + BYTES_AND_NOTED] & 1) == 1;
    turn.raised = true;
    turn.sequence = numbers[number + SEQUENCE] + n;
    turn.weight = numbers[number + WEIGHT];
    turn.done.complete(state);
    turn.over();
    return turn;
  }
}
