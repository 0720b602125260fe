package dev.holdfast.server;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Hands the frames of one WebSocket to its conversation. Runs on an event loop. Pings of a client
 * that does not read the answers get none: pongs are outside the bound on what it leaves unread.
 */
final class SocketHandler extends SimpleChannelInboundHandler<WebSocketFrame> {

  private final SocketTransport transport;
  private final Conversation conversation;
  private final Future<?> helloTimer;

  SocketHandler(SocketTransport transport, Conversation conversation, Future<?> helloTimer) {
    this.transport = transport;
    this.conversation = conversation;
    this.helloTimer = helloTimer;
  }

  /** Begins a conversation on a channel that is about to become a WebSocket. */
  static SocketHandler begin(
      ChannelHandlerContext context,
      Desk desk,
      Endpoint endpoint,
      Entrant entrant,
      OpenConnections open) {
    SocketTransport transport =
        new SocketTransport(context.channel(), desk.limits().of(Limit.MAX_PENDING_BYTES));
    Conversation conversation = new Conversation(desk, endpoint, entrant, transport);
    open.add(conversation);
    var unused = conversation.over().thenRun(() -> desk.meters().closed(transport.code()));
    Future<?> timer =
        context
            .executor()
            .schedule(
                conversation::helloOverdue,
                desk.limits().time(Limit.HELLO_TIMEOUT).toMillis(),
                TimeUnit.MILLISECONDS);
    return new SocketHandler(transport, conversation, timer);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
    conversation.heard();
    switch (frame) {
      case CloseWebSocketFrame close -> answerClose(context);
      case PingWebSocketFrame ping when !transport.isClosing() && transport.isWritable() ->
          pong(context, new PongWebSocketFrame(ping.content().retain()));
      case TextWebSocketFrame text when !transport.isClosing() ->
          conversation.received(ByteBufUtil.getBytes(text.content()));
      case PingWebSocketFrame unneeded -> {}
      case TextWebSocketFrame late -> {}
      case PongWebSocketFrame pong -> {}
      default -> transport.close(CloseCode.UNSUPPORTED, "text frames only");
    }
  }

  private static void pong(ChannelHandlerContext context, PongWebSocketFrame pong) {
    var unused = context.writeAndFlush(pong);
  }

  private static void cut(ChannelHandlerContext context) {
    var unused = context.close();
  }

  private void answerClose(ChannelHandlerContext context) {
    if (transport.isClosing()) {
      cut(context);
    } else {
      transport.close(CloseCode.NORMAL, "");
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (context.channel().isWritable()) {
      conversation.writable();
    }
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    helloTimer.cancel(false);
    conversation.closed();
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
    switch (thrown) {
      case CorruptedWebSocketFrameException corrupt ->
          transport.close(code(corrupt.closeStatus()), "bad frame");
      case TooLongFrameException tooLong -> transport.close(CloseCode.TOO_BIG, "message too large");
      case CorruptedFrameException corrupt ->
          transport.close(CloseCode.PROTOCOL_ERROR, "bad frame");
      case Throwable lost when Failures.isLostLink(lost) -> cut(context);
      default -> {
        Failures.report("A WebSocket failed", thrown);
        transport.close(CloseCode.INTERNAL, "internal error");
      }
    }
  }

  private static CloseCode code(WebSocketCloseStatus status) {
    if (status.equals(WebSocketCloseStatus.MESSAGE_TOO_BIG)) {
      return CloseCode.TOO_BIG;
    }
    return status.equals(WebSocketCloseStatus.INVALID_PAYLOAD_DATA)
        ? CloseCode.BAD_TEXT
        : CloseCode.PROTOCOL_ERROR;
  }
}
