package dev.holdfast.codec;

import org.jspecify.annotations.Nullable;

/**
 * The difference of two sequences, written from left to right: what is left of the place reached is
 * in its final form already. Between kept elements, one that went and one that came are compared as
 * one that changed.
 */
final class SequenceDiff {

  /** What is known of the elements. */
  interface Elements extends Alignment.Matching {
    /** Writes how one element became another. */
    void changed(Pointer at, @Nullable Object before, @Nullable Object after);

    byte[] text(@Nullable Object element);
  }

  private final Elements elements;
  private final PatchText patch;
  private final Pointer at;
  private final @Nullable Object[] before;
  private final @Nullable Object[] after;
  private int reachedBefore;
  private int reachedAfter;

  SequenceDiff(
      Elements elements,
      PatchText patch,
      Pointer at,
      @Nullable Object[] before,
      @Nullable Object[] after) {
    this.elements = elements;
    this.patch = patch;
    this.at = at;
    this.before = before;
    this.after = after;
  }

  /**
   * Writes it.
   *
   * @return whether it did: not if as much went as to make the whole sequence anew the shorter way
   */
  boolean write() {
    Alignment alignment = Alignment.of(before, after, elements);
    if (before.length - alignment.kept() > 2 * after.length) {
      return false;
    }
    for (int i = 0; i < after.length && !patch.isTooLong(); i++) {
      if (alignment.isKept(i)) {
        gap(alignment.origin(i), i);
        reachedBefore++;
        reachedAfter++;
      }
    }
    gap(before.length, after.length);
    return true;
  }

  private void gap(int beforeEnd, int afterEnd) {
    while (reachedBefore < beforeEnd && reachedAfter < afterEnd && !patch.isTooLong()) {
      elements.changed(at.element(reachedAfter), before[reachedBefore++], after[reachedAfter++]);
    }
    for (; reachedBefore < beforeEnd && !patch.isTooLong(); reachedBefore++) {
      patch.remove(at.element(reachedAfter), elements.text(before[reachedBefore]).length);
    }
    for (; reachedAfter < afterEnd && !patch.isTooLong(); reachedAfter++) {
      patch.add(at.element(reachedAfter), elements.text(after[reachedAfter]));
    }
  }
}
