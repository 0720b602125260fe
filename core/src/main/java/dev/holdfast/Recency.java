package dev.holdfast;

/**
 * A count that stands for time where only the order of uses matters: reading it costs no clock. It
 * rises when an instance comes into memory and now and then, so that two uses between two rises
 * count as simultaneous. Compare by difference: it may run over.
 */
final class Recency {

  private volatile int now;

  int now() {
    return now;
  }

  /** Ends the present moment. A rise that two threads make at once may count as one. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // a lost rise only makes two moments one
  void advance() {
    now++;
  }
}
