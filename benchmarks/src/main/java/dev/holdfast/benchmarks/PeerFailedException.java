package dev.holdfast.benchmarks;

/** A peer's process has ended by itself. The message says which, and the last that it said. */
final class PeerFailedException extends Exception {

  private static final long serialVersionUID = 1;

  private final String why;

  PeerFailedException(String why) {
    super(why);
    this.why = why;
  }

  String why() {
    return why;
  }
}
