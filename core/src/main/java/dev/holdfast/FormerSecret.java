package dev.holdfast;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The hash of a token that was replaced, and is still good for a moment: a client that has not
 * heard of the new one is let in with it (law N1).
 *
 * @param until in milliseconds of the epoch
 * @param only whom it is good for, if not everybody: who shows it was known to the server already
 */
record FormerSecret(String hash, long until, @Nullable String only) {

  boolean isOver(Instant now) {
    return until <= now.toEpochMilli();
  }

  boolean admits(Token shown, Instant now, @Nullable String principal) {
    return !isOver(now) && (only == null || only.equals(principal)) && shown.matches(hash);
  }
}
