package dev.holdfast.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A WebSocket as a transport. */
final class SocketTransport implements Transport {

  /** How long a client may take to answer the close frame before its link is cut. */
  private static final long LINGER_MILLIS = 2_000;

  private final Channel channel;
  private final int maxPendingBytes;
  private final AtomicLong pendingBytes = new AtomicLong();
  private final AtomicBoolean closing = new AtomicBoolean();

  /** What RFC 6455 calls a link that ended without a close frame. */
  private volatile int code = 1006;

  SocketTransport(Channel channel, int maxPendingBytes) {
    this.channel = channel;
    this.maxPendingBytes = maxPendingBytes;
  }

  @Override
  public void send(List<byte[]> parts) {
    if (closing.get()) {
      return;
    }
    ByteBuf text = Unpooled.wrappedBuffer(parts.toArray(byte[][]::new));
    int size = text.readableBytes();
    if (pendingBytes.addAndGet(size) > maxPendingBytes) {
      text.release();
      close(CloseCode.TRY_LATER, "reading too slowly");
      return;
    }
    channel
        .writeAndFlush(new TextWebSocketFrame(text))
        .addListener(sent -> pendingBytes.addAndGet(-size));
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable();
  }

  @Override
  public void ping() {
    if (!closing.get() && channel.isWritable()) {
      var unused = channel.writeAndFlush(new PingWebSocketFrame());
    }
  }

  @Override
  public void reading(boolean on) {
    if (on || !closing.get()) {
      channel.config().setAutoRead(on);
    }
  }

  @Override
  public void close(CloseCode code, String reason) {
    if (closing.compareAndSet(false, true)) {
      this.code = code.number();
      channel
          .writeAndFlush(new CloseWebSocketFrame(code.number(), reason))
          .addListener(sent -> lingerOnLoop());
      var unused = channel.eventLoop().schedule(this::cut, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Reads on and forgets what it reads. Closing with unread bytes would reset the link, and a
   * client that is still sending would never see the close frame.
   */
  private void lingerOnLoop() {
    channel.config().setAutoRead(true);
    if (channel instanceof DuplexChannel duplex && channel.isActive()) {
      var unused = duplex.shutdownOutput();
    }
  }

  /**
   * Discards what the client has not taken: else the system keeps it, and the link, for minutes.
   */
  private void cut() {
    if (channel.isActive()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    var unused = channel.close();
  }

  /** How the link was ended. */
  int code() {
    return code;
  }

  boolean isClosing() {
    return closing.get();
  }
}
