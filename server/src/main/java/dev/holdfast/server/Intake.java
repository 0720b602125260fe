package dev.holdfast.server;

/**
 * Counts what a client has sent and is not yet handled, and stops reading from it while that is too
 * much. It bounds memory: what is beyond stays in the client's own send buffer.
 */
final class Intake {

  private final Transport transport;
  private final int maxFrames;
  private final long maxBytes;

  // Guarded by this, so that "stop" and "go on" reach the transport in the order decided.
  private int frames;
  private long bytes;
  private boolean paused;

  Intake(Transport transport, int maxFrames, long maxBytes) {
    this.transport = transport;
    this.maxFrames = maxFrames;
    this.maxBytes = maxBytes;
  }

  synchronized void arrived(int size) {
    frames++;
    bytes += size;
    if (!paused && (frames >= maxFrames || bytes >= maxBytes)) {
      paused = true;
      transport.reading(false);
    }
  }

  synchronized void handled(int size) {
    frames--;
    bytes -= size;
    if (paused && frames <= maxFrames / 2 && bytes <= maxBytes / 2) {
      paused = false;
      transport.reading(true);
    }
  }

  /** Whether the client is not read from at present. */
  synchronized boolean isPaused() {
    return paused;
  }
}
