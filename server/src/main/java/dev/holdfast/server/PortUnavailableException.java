package dev.holdfast.server;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The server cannot listen where it should, most often because another program does. Stop that
 * program or choose another port; trying again without a change rarely helps.
 */
public final class PortUnavailableException extends UncheckedIOException {
  private static final long serialVersionUID = 1L;

  private final int port;

  PortUnavailableException(String host, int port, IOException cause) {
    super(
        "Cannot listen on port %d of %s (%s). Stop the program that uses it, or choose another port; 0 picks a free one."
            .formatted(port, host, cause.getMessage()),
        cause);
    this.port = port;
  }

  /** The port that was asked for. */
  public int port() {
    return port;
  }
}
