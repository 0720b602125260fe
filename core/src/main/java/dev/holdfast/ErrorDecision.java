package dev.holdfast;

/** What {@code onError} decides about an action that threw. In every case it changed nothing. */
public enum ErrorDecision {
  /** The action counts as done without a change: its caller is answered with the state as it is. */
  HANDLED,
  /** The caller gets an {@link ActionFailedException}. */
  RETHROW,
  /** The action runs again at once, at most 3 times; after that as {@link #RETHROW}. */
  RETRY
}
