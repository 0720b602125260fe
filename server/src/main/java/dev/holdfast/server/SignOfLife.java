package dev.holdfast.server;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a client was last heard, and since when it has not kept up. Written by event loops, looked
 * at by a timer.
 */
final class SignOfLife {

  private final Duration patience;
  private volatile Instant heard;

  // Owned by the timer.
  private @Nullable Instant behindSince;

  SignOfLife(Duration patience, Instant now) {
    this.patience = patience;
    this.heard = now;
  }

  void heard(Instant now) {
    heard = now;
  }

  /** What is to be done about a client. */
  enum Verdict {
    /** Nothing. */
    FINE,
    /** It is silent: ask. */
    ASK,
    /** It did not answer. */
    DEAD,
    /** It takes nothing of what it is sent. */
    STUCK
  }

  /**
   * Looks again.
   *
   * @param keepsUp whether it takes what it is sent
   */
  Verdict look(Instant now, boolean keepsUp) {
    if (keepsUp) {
      behindSince = null;
    } else if (behindSince == null) {
      behindSince = now;
    }
    if (behindSince != null && !now.isBefore(behindSince.plus(patience))) {
      return Verdict.STUCK;
    }
    Duration silence = Duration.between(heard, now);
    if (silence.compareTo(patience) >= 0) {
      return keepsUp ? Verdict.DEAD : Verdict.STUCK;
    }
    return silence.compareTo(patience.dividedBy(2)) >= 0 ? Verdict.ASK : Verdict.FINE;
  }
}
