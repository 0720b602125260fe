package dev.holdfast.local;

import dev.holdfast.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One writer of a file at a time, over all processes: within this one by a lock of the file's
 * stripe, between processes by the operating system's lock on a file beside it. That one is never
 * deleted: another process may hold it open.
 */
final class FileLocks {

  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);
  private static final ReentrantLock[] STRIPES = new ReentrantLock[64];

  static {
    for (int i = 0; i < STRIPES.length; i++) {
      STRIPES[i] = new ReentrantLock();
    }
  }

  private FileLocks() {}

  /** What is done with the lock held. */
  @FunctionalInterface
  interface Step<T extends @Nullable Object> {
    T run() throws IOException;
  }

  /**
   * Runs a step alone.
   *
   * @throws StoreUnavailableException if somebody else held the lock for 5 seconds
   */
  static <T extends @Nullable Object> T with(Path lockFile, Step<T> step) throws IOException {
    long deadline = System.nanoTime() + PATIENCE;
    ReentrantLock stripe = STRIPES[Math.floorMod(lockFile.hashCode(), STRIPES.length)];
    try {
      if (!stripe.tryLock(PATIENCE, TimeUnit.NANOSECONDS)) {
        throw taken(lockFile);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("Interrupted while waiting for " + lockFile, e);
    }
    try (FileChannel channel =
        FileChannel.open(
            lockFile,
            EnumSet.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE),
            AtomicFile.ownerOnly(lockFile, "rw-------"))) {
      FileLock held = lock(channel, lockFile, deadline);
      try {
        return step.run();
      } finally {
        held.release();
      }
    } finally {
      stripe.unlock();
    }
  }

  private static FileLock lock(FileChannel channel, Path lockFile, long deadline)
      throws IOException {
    for (long pause = 50_000; ; pause = Math.min(2 * pause, 5_000_000)) {
      FileLock lock = tryLock(channel);
      if (lock != null) {
        return lock;
      }
      if (System.nanoTime() > deadline) {
        throw taken(lockFile);
      }
      LockSupport.parkNanos(pause);
    }
  }

  /** Null also where another class loader of this process has it. */
  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static StoreUnavailableException taken(Path lockFile) {
    return new StoreUnavailableException(
        "Somebody else has held the lock %s for 5 s".formatted(lockFile));
  }
}
