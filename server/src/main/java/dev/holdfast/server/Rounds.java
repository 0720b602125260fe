package dev.holdfast.server;

import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.util.function.Consumer;

/** Looks after all open connections, again and again. One timer serves them all. */
final class Rounds implements AutoCloseable {

  private static final int A_TIMEOUT = 4;

  private final TimeSource time;
  private final OpenConnections open;
  private final Duration every;

  // Guarded by this.
  private TimeSource.Timer next;
  private boolean closed;

  private Rounds(TimeSource time, OpenConnections open, Duration every) {
    this.time = time;
    this.open = open;
    this.every = every;
    this.next = time.schedule(every, this::go);
  }

  /** Begins; a connection is looked at four times in an idle time-out. */
  static Rounds begin(TimeSource time, OpenConnections open, Duration idleTimeout) {
    return new Rounds(time, open, idleTimeout.dividedBy(A_TIMEOUT));
  }

  private void go() {
    Consumer<Conversation> look = conversation -> conversation.look(time.instant());
    open.forEach(look);
    synchronized (this) {
      if (!closed) {
        next = time.schedule(every, this::go);
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    next.close();
  }
}
