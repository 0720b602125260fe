package dev.holdfast.server;

import dev.holdfast.server.protocol.MessageWriter;
import dev.holdfast.server.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/**
 * What a conversation says to its client. Once finished, by whichever thread, nothing follows: that
 * is how another connection can end this one without waiting for its mailbox.
 */
final class Outlet {

  private final Transport transport;
  private final MessageWriter writer;
  private final Meters meters;
  private boolean finished; // guarded by this, like the order of what is sent

  Outlet(Transport transport, MessageWriter writer, Meters meters) {
    this.transport = transport;
    this.writer = writer;
    this.meters = meters;
  }

  synchronized void send(ServerMessage message) {
    if (!finished) {
      transport.send(writer.write(message));
    }
  }

  boolean isWritable() {
    return transport.isWritable();
  }

  /** A state is not sent, as a newer one is there. */
  void skipped() {
    meters.coalesced();
  }

  void ping() {
    transport.ping();
  }

  /** Says a last thing, if there is one, and closes. */
  synchronized void finish(@Nullable ServerMessage last, CloseCode code, String reason) {
    if (finished) {
      return;
    }
    finished = true;
    if (last != null) {
      transport.send(writer.write(last));
    }
    transport.close(code, reason);
  }
}
