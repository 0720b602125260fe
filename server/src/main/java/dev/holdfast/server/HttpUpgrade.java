package dev.holdfast.server;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns an HTTP link into a WebSocket. Runs on an event loop; touches no session. */
final class HttpUpgrade {

  private final Desk desk;
  private final Origins origins;
  private final OpenConnections open;
  private final WebSocketServerHandshakerFactory handshakers;
  private final int maxFrameBytes;

  HttpUpgrade(Desk desk, Origins origins, OpenConnections open) {
    this.desk = desk;
    this.origins = origins;
    this.open = open;
    this.maxFrameBytes = desk.limits().maxFrameBytes();
    this.handshakers =
        new WebSocketServerHandshakerFactory(
            "",
            null,
            WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(maxFrameBytes)
                .allowExtensions(false)
                .closeOnProtocolViolation(false)
                .withUTF8Validator(false)
                .build());
  }

  /**
   * Upgrades.
   *
   * @param path the segments behind {@code /ws}
   * @return how the request is refused, or null if it is not
   */
  @Nullable Reply start(ChannelHandlerContext context, FullHttpRequest request, List<String> path) {
    String origin = request.headers().get(HttpHeaderNames.ORIGIN);
    if (!origins.admits(origin, request.headers().get(HttpHeaderNames.HOST))) {
      return Reply.text(403, "Pages of another origin may not connect here\n");
    }
    Endpoint endpoint = Endpoint.of(path, desk.modules());
    if (endpoint instanceof Endpoint.Unknown unknown) {
      return Reply.text(404, unknown.problem() + "\n");
    }
    if (!request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)) {
      return Reply.text(426, "This address is for WebSockets\n").with("Upgrade", "websocket");
    }
    WebSocketServerHandshaker handshaker = handshakers.newHandshaker(request);
    if (handshaker == null) {
      return Reply.text(426, "Only version 13 of WebSocket is spoken here\n")
          .with("Sec-WebSocket-Version", "13");
    }
    try {
      handshake(context, request, endpoint, handshaker);
      return null;
    } catch (WebSocketHandshakeException e) {
      return Reply.text(400, "The WebSocket handshake is not well-formed\n");
    }
  }

  /** The handlers are there before the client can have its answer and send the first frame. */
  private void handshake(
      ChannelHandlerContext context,
      FullHttpRequest request,
      Endpoint endpoint,
      WebSocketServerHandshaker handshaker) {
    ChannelPipeline pipeline = context.pipeline();
    handshaker
        .handshake(context.channel(), request)
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    pipeline.remove(ReadTimeoutHandler.class);
    pipeline.remove(HttpHandler.class);
    pipeline.remove(FlowControlHandler.class);
    pipeline.addLast(
        new WebSocketFrameAggregator(maxFrameBytes),
        new Utf8FrameValidator(false),
        SocketHandler.begin(context, desk, endpoint, open));
  }
}
