package dev.holdfast.sqlite;

import dev.holdfast.store.StateStoreException;
import dev.holdfast.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The right of one runtime to write a file: a lock of the operating system on a file beside it,
 * which ends with the process however it ends. The lock file names the holder and stays.
 *
 * <p>Closing any channel to a locked file frees the lock of the whole process (POSIX). So a file
 * that this process holds is known by {@link #HELD}, and its lock file is not opened again.
 */
final class WriterLease implements AutoCloseable {

  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

  /** Far behind the holder's name, so that others can read it where locks are mandatory. */
  private static final long LOCKED_BYTE = 1L << 40;

  private static final int MAX_HOLDER_BYTES = 512;

  /** The files that this process holds, and since when. */
  private static final Map<Path, String> HELD = new ConcurrentHashMap<>();

  private final Path database;
  private final FileChannel channel;

  private WriterLease(Path database, FileChannel channel) {
    this.database = database;
    this.channel = channel;
  }

  /**
   * Takes the lease, when its holder gives it back.
   *
   * @throws StoreUnavailableException if it does not in time; the message names it
   * @throws StateStoreException if the lock file cannot be used
   */
  static WriterLease acquire(Path database, Duration wait) {
    long deadline = System.nanoTime() + wait.toNanos();
    while (true) {
      Attempt attempt = attempt(database);
      if (attempt.lease() != null) {
        return attempt.lease();
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new StoreUnavailableException(
            "%s is held by %s, which did not give it back within %d ms; stop it, or name another file"
                .formatted(database, attempt.holder(), wait.toMillis()));
      }
      LockSupport.parkNanos(POLL_NANOS);
      if (Thread.currentThread().isInterrupted()) {
        throw new StoreUnavailableException(
            "Interrupted while waiting for %s, held by %s".formatted(database, attempt.holder()));
      }
    }
  }

  private static Attempt attempt(Path database) {
    String self = self();
    String holder = HELD.putIfAbsent(database, self);
    if (holder != null) {
      return new Attempt(null, holder + " (this process)");
    }
    Attempt attempt = new Attempt(null, "an unknown holder");
    try {
      attempt = lock(database, self);
      return attempt;
    } catch (IOException e) {
      throw new StateStoreException(
          "Could not lock %s; check that this user may write it".formatted(lockFile(database)), e);
    } finally {
      if (attempt.lease() == null) {
        HELD.remove(database);
      }
    }
  }

  private static Attempt lock(Path database, String self) throws IOException {
    FileChannel channel =
        FileChannel.open(
            lockFile(database),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            DatabaseFile.ownerOnly());
    boolean kept = false;
    try {
      FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
      if (lock == null) {
        return new Attempt(null, read(channel));
      }
      channel.truncate(0);
      channel.write(StandardCharsets.UTF_8.encode(self + "\n"), 0);
      kept = true;
      return new Attempt(new WriterLease(database, channel), self);
    } catch (OverlappingFileLockException e) {
      // Closing this channel would free the other lock, so it stays open as long as the process.
      kept = true;
      throw new StateStoreException(
          "%s is held by another class loader of this process; close that store first"
              .formatted(database),
          e);
    } finally {
      if (!kept) {
        channel.close();
      }
    }
  }

  private static Path lockFile(Path database) {
    return database.resolveSibling(database.getFileName() + ".lock");
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(MAX_HOLDER_BYTES);
    channel.read(text, 0);
    String holder = StandardCharsets.UTF_8.decode(text.flip()).toString().strip();
    return holder.isEmpty() ? "a process that is just starting" : holder;
  }

  private static String self() {
    return String.format(
        Locale.ROOT,
        "process %d on %s since %s",
        ProcessHandle.current().pid(),
        host(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  private static String host() {
    String name = System.getenv("HOSTNAME");
    name = name == null ? System.getenv("COMPUTERNAME") : name;
    try {
      // Asking the network for our own name may take seconds.
      return name != null ? name : Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return "this host";
    }
  }

  /** Gives the lease back; safe to call twice. */
  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      throw new StateStoreException("Could not unlock " + lockFile(database), e);
    } finally {
      HELD.remove(database);
    }
  }

  /** The lease, or who has it. */
  private record Attempt(@Nullable WriterLease lease, String holder) {}
}
