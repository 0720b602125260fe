package dev.holdfast.codec;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which elements of a sequence are still there in another, in the same order. What both begin and
 * end with is found by comparing; in between, elements are looked up, and the longest row of them
 * that kept its order stays (a longest increasing subsequence). A list that loses its first element
 * and gains a last one keeps all others.
 */
final class Alignment {

  /** How elements are compared. */
  interface Matching {
    /** Whether two are the same. */
    boolean same(@Nullable Object a, @Nullable Object b);

    /** What is equal for elements that are the same. */
    @Nullable Object key(@Nullable Object element);
  }

  private static final int NONE = -1;

  /** For each element after, where it was before, or {@link #NONE}; what is kept rises. */
  private final int[] origin;

  private int kept;

  private Alignment(int size) {
    this.origin = new int[size];
    Arrays.fill(origin, NONE);
  }

  static Alignment of(@Nullable Object[] before, @Nullable Object[] after, Matching matching) {
    Alignment alignment = new Alignment(after.length);
    int most = Math.min(before.length, after.length);
    int start = 0;
    while (start < most && matching.same(before[start], after[start])) {
      alignment.keep(start, start++);
    }
    int end = 0;
    while (end < most - start
        && matching.same(before[before.length - 1 - end], after[after.length - 1 - end])) {
      end++;
      alignment.keep(before.length - end, after.length - end);
    }
    if (start + end < most) {
      alignment.keepBetween(before, after, start, end, matching);
    }
    return alignment;
  }

  private void keep(int from, int to) {
    origin[to] = from;
    kept++;
  }

  private void keepBetween(
      @Nullable Object[] before, @Nullable Object[] after, int start, int end, Matching matching) {
    Map<@Nullable Object, Deque<Integer>> places = new HashMap<>();
    for (int i = start; i < before.length - end; i++) {
      places.computeIfAbsent(matching.key(before[i]), k -> new ArrayDeque<>()).add(i);
    }
    int[] found = new int[after.length - end];
    Arrays.fill(found, NONE);
    for (int i = start; i < found.length; i++) {
      Deque<Integer> at = places.get(matching.key(after[i]));
      Integer first = at == null ? null : at.poll();
      found[i] = first == null ? NONE : first;
    }
    keepLongestRising(found);
  }

  /** Patience sorting: the piles' tops rise, and each element knows the one below it. */
  private void keepLongestRising(int[] found) {
    int[] tops = new int[found.length];
    int[] below = new int[found.length];
    int piles = 0;
    for (int i = 0; i < found.length; i++) {
      if (found[i] != NONE) {
        int pile = pile(found, tops, piles, found[i]);
        below[i] = pile == 0 ? NONE : tops[pile - 1];
        tops[pile] = i;
        piles = Math.max(piles, pile + 1);
      }
    }
    for (int i = piles == 0 ? NONE : tops[piles - 1]; i != NONE; i = below[i]) {
      keep(found[i], i);
    }
  }

  private static int pile(int[] found, int[] tops, int piles, int value) {
    int low = 0;
    int high = piles;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (found[tops[middle]] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** How many elements stayed. */
  int kept() {
    return kept;
  }

  /** Whether an element after was there before. */
  boolean isKept(int after) {
    return origin[after] != NONE;
  }

  /** Where a kept element was before. */
  int origin(int after) {
    return origin[after];
  }
}
