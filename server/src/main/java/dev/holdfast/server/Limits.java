package dev.holdfast.server;

import java.time.Duration;

/**
 * The bounds of a connection, as {@link HoldfastServer.Builder} explains them.
 *
 * @param maxFrameBytes of one message from the client
 * @param maxQueuedFrames received and not yet handled
 * @param maxPendingBytes sent and not yet taken by the client
 * @param helloTimeout for the client's first message
 */
record Limits(int maxFrameBytes, int maxQueuedFrames, int maxPendingBytes, Duration helloTimeout) {

  static final Limits DEFAULT = new Limits(1 << 20, 256, 8 << 20, Duration.ofSeconds(10));
}
