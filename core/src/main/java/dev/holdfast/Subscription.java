package dev.holdfast;

/** A listener's place at an instance. */
public interface Subscription extends AutoCloseable {
  /** Ends it: no call begins after this returns. Safe to call twice. */
  @Override
  void close();
}
