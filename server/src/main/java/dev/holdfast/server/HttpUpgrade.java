package dev.holdfast.server;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
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
  private final Gatekeeper gatekeeper;
  private final OpenConnections open;
  private final WebSocketServerHandshakerFactory handshakers;
  private final int maxFrameBytes;

  HttpUpgrade(Desk desk, Origins origins, Gatekeeper gatekeeper, OpenConnections open) {
    this.desk = desk;
    this.origins = origins;
    this.gatekeeper = gatekeeper;
    this.open = open;
    this.maxFrameBytes = desk.limits().of(Limit.MAX_FRAME_BYTES);
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
    Target only = endpoint.only();
    if (only != null && only.id() != null && !only.module().admitsClients()) {
      return Reply.text(403, "Clients are not admitted there\n");
    }
    if (!request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)) {
      return Reply.text(426, "This address is for WebSockets\n").with("Upgrade", "websocket");
    }
    WebSocketServerHandshaker handshaker = handshakers.newHandshaker(request);
    if (handshaker == null) {
      return Reply.text(426, "Only version 13 of WebSocket is spoken here\n")
          .with("Sec-WebSocket-Version", "13");
    }
    Upgrade upgrade = new Upgrade(context, request, endpoint, handshaker);
    ClientRequest asked =
        new ClientRequest(
            request.uri(), request.headers().copy(), context.channel().remoteAddress());
    if (gatekeeper.letsIn(asked)) {
      return handshake(upgrade, new Gatekeeper.LetIn(Entrant.at(asked.remoteAddress()), null));
    }
    consider(upgrade, asked);
    return null;
  }

  /** A client that wants a WebSocket. */
  private record Upgrade(
      ChannelHandlerContext context,
      FullHttpRequest request,
      Endpoint endpoint,
      WebSocketServerHandshaker handshaker) {}

  /** Reads nothing from the client until there is a verdict, which may take a while. */
  private void consider(Upgrade upgrade, ClientRequest asked) {
    ChannelHandlerContext context = upgrade.context();
    upgrade.request().retain();
    context.channel().config().setAutoRead(false);
    var unused =
        gatekeeper
            .look(asked, upgrade.endpoint())
            .thenAcceptAsync(verdict -> conclude(upgrade, verdict), context.executor());
  }

  private void conclude(Upgrade upgrade, Gatekeeper.Verdict verdict) {
    ChannelHandlerContext context = upgrade.context();
    try {
      if (context.channel().isActive()) {
        Reply refused =
            switch (verdict) {
              case Gatekeeper.TurnedAway away -> away.reply();
              case Gatekeeper.LetIn letIn -> handshake(upgrade, letIn);
            };
        if (refused != null) {
          HttpHandler.refuse(context, refused);
        }
        context.channel().config().setAutoRead(true);
      }
    } finally {
      upgrade.request().release();
    }
  }

  /** Returns how the request is refused, or null if it is not. */
  private @Nullable Reply handshake(Upgrade upgrade, Gatekeeper.LetIn letIn) {
    try {
      open(upgrade, letIn);
      return null;
    } catch (WebSocketHandshakeException e) {
      return Reply.text(400, "The WebSocket handshake is not well-formed\n");
    }
  }

  /** The handlers are there before the client can have its answer and send the first frame. */
  private void open(Upgrade upgrade, Gatekeeper.LetIn letIn) {
    ChannelHandlerContext context = upgrade.context();
    ChannelPipeline pipeline = context.pipeline();
    HttpHeaders headers = new DefaultHttpHeaders();
    if (letIn.setCookie() != null) {
      headers.set(HttpHeaderNames.SET_COOKIE, letIn.setCookie());
    }
    upgrade
        .handshaker()
        .handshake(context.channel(), upgrade.request(), headers, context.channel().newPromise())
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    pipeline.remove(ReadTimeoutHandler.class);
    pipeline.remove(HttpHandler.class);
    pipeline.remove(FlowControlHandler.class);
    pipeline.addLast(
        new WebSocketFrameAggregator(maxFrameBytes),
        new Utf8FrameValidator(false),
        SocketHandler.begin(context, desk, upgrade.endpoint(), letIn.entrant(), this.open));
  }
}
