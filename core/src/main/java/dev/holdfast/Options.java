package dev.holdfast;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * What a runtime can be told.
 *
 * @param loadTimeout for one load
 * @param actionTimeout for one handler's turn
 * @param ackTimeout for the commit that covers an action
 * @param closeTimeout for everything that close waits for
 * @param sessionTtl how long a session outlives its last connection
 * @param passivateAfter how long an instance is idle before it leaves memory
 * @param maxInstances the most in memory, but for those in use
 * @param maxRecordBytes for the content of one record
 * @param maxUnsavedBytes for what is kept without a record, all together
 * @param maxDirtyBytes for what waits to be saved in one store
 */
record Options(
    Duration loadTimeout,
    Duration actionTimeout,
    Duration ackTimeout,
    Duration closeTimeout,
    Duration sessionTtl,
    Duration passivateAfter,
    int maxInstances,
    int maxRecordBytes,
    long maxUnsavedBytes,
    long maxDirtyBytes) {

  static final Options DEFAULT =
      new Options(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofHours(1),
          Duration.ofSeconds(60),
          1_000_000,
          1 << 20,
          256L << 20,
          256L << 20);

  Options {
    check("loadTimeout", loadTimeout, Duration.ofMillis(1), Duration.ofMinutes(5));
    check("actionTimeout", actionTimeout, Duration.ofMillis(1), Duration.ofHours(1));
    check("ackTimeout", ackTimeout, Duration.ofSeconds(1), Duration.ofHours(1));
    check("closeTimeout", closeTimeout, Duration.ofMillis(1), Duration.ofHours(1));
    check("sessionTtl", sessionTtl, Duration.ofSeconds(1), Duration.ofDays(3_650));
    check("passivateAfter", passivateAfter, Duration.ofMillis(10), Duration.ofDays(1));
    if (maxInstances < 1) {
      throw new IllegalArgumentException("maxInstances is 1 or more, got " + maxInstances);
    }
    if (maxRecordBytes < 1_024 || maxRecordBytes > 256 << 20) {
      throw new IllegalArgumentException(
          "maxRecordBytes is 1 KiB to 256 MiB, got " + maxRecordBytes);
    }
    if (maxDirtyBytes < 1 << 20) {
      throw new IllegalArgumentException("maxDirtyBytes is 1 MiB or more, got " + maxDirtyBytes);
    }
    if (maxUnsavedBytes < 0) {
      throw new IllegalArgumentException("maxUnsavedBytes is 0 or more, got " + maxUnsavedBytes);
    }
  }

  private static void check(String name, Duration given, Duration least, Duration most) {
    if (given.compareTo(least) < 0 || given.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "%s is between %s and %s, got %s".formatted(name, least, most, given));
    }
  }

  /** The same with something changed; what is out of range fails here. */
  Options with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /** Options that are being changed. Not thread-safe. */
  static final class Draft {
    Duration loadTimeout;
    Duration actionTimeout;
    Duration ackTimeout;
    Duration closeTimeout;
    Duration sessionTtl;
    Duration passivateAfter;
    int maxInstances;
    int maxRecordBytes;
    long maxUnsavedBytes;
    long maxDirtyBytes;

    private Draft(Options from) {
      this.loadTimeout = from.loadTimeout;
      this.actionTimeout = from.actionTimeout;
      this.ackTimeout = from.ackTimeout;
      this.closeTimeout = from.closeTimeout;
      this.sessionTtl = from.sessionTtl;
      this.passivateAfter = from.passivateAfter;
      this.maxInstances = from.maxInstances;
      this.maxRecordBytes = from.maxRecordBytes;
      this.maxUnsavedBytes = from.maxUnsavedBytes;
      this.maxDirtyBytes = from.maxDirtyBytes;
    }

    private Options options() {
      return new Options(
          loadTimeout,
          actionTimeout,
          ackTimeout,
          closeTimeout,
          sessionTtl,
          passivateAfter,
          maxInstances,
          maxRecordBytes,
          maxUnsavedBytes,
          maxDirtyBytes);
    }
  }
}
