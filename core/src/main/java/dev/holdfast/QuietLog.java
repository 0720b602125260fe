package dev.holdfast;

import dev.holdfast.store.StateStoreException;
import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The engine's log: no content, no ids, no flood. Of an error it shows type and place, and a
 * message only if a store made it, which promises to keep content out. Lines of one kind come at
 * most every ten seconds; the next one says how many were left out.
 */
final class QuietLog {

  private static final Logger log = LoggerFactory.getLogger("dev.holdfast");
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final int MOST_KINDS = 1_024;

  private final TimeSource time;

  /** Guarded by this. Kinds are few: texts of the engine's with the names of modules. */
  private final Map<String, Recent> kinds = new HashMap<>();

  private static final class Recent {
    Instant until = Instant.MIN;
    long leftOut;
  }

  QuietLog(TimeSource time) {
    this.time = time;
  }

  /** Writes a line, unless one of its kind was written a moment ago. */
  void say(Level level, String kind, String text, @Nullable Throwable error) {
    long leftOut = admit(kind);
    if (leftOut >= 0) {
      String more = leftOut == 0 ? "" : " (and %d times since the last line)".formatted(leftOut);
      log.atLevel(level).setCause(error == null ? null : new Place(error)).log(text + more);
    }
  }

  /** How many lines of a kind were left out since the last one, or -1 to leave this one out. */
  private synchronized long admit(String kind) {
    Instant now = time.instant();
    if (kinds.size() >= MOST_KINDS && !kinds.containsKey(kind)) {
      kinds.clear(); // Some lines come early: better than to keep more.
    }
    Recent recent = kinds.computeIfAbsent(kind, k -> new Recent());
    if (now.isBefore(recent.until)) {
      recent.leftOut++;
      return -1;
    }
    long leftOut = recent.leftOut;
    recent.leftOut = 0;
    recent.until = now.plus(PAUSE);
    return leftOut;
  }

  /** What may be said of an error in one line. */
  static String brief(Throwable error) {
    return error instanceof StateStoreException
        ? error.getClass().getSimpleName() + ": " + error.getMessage()
        : error.getClass().getName();
  }

  /** A stack trace without what the error says, which may be content. */
  private static final class Place extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Place(Throwable error) {
      super(
          brief(error), error.getCause() == null ? null : new Place(error.getCause()), false, true);
      setStackTrace(error.getStackTrace());
    }
  }
}
