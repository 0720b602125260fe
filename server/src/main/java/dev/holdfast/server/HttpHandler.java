package dev.holdfast.server;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.ReadTimeoutException;
import java.util.List;

/**
 * The HTTP side of one link, until it becomes a WebSocket. Requests are answered in a mailbox, as
 * reading a file blocks; none is looked at before the client has taken the answer to the one before
 * it, so that a client that asks and does not read cannot fill the memory with answers.
 */
final class HttpHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

  private final Router router;
  private final InFlight inFlight;
  private final Pace pace;
  private final HttpUpgrade upgrade;
  private final Mailbox mailbox;

  HttpHandler(Router router, HttpUpgrade upgrade, Desk desk, InFlight inFlight) {
    this.router = router;
    this.inFlight = inFlight;
    this.pace = new Pace(desk.time(), desk.limits().of(Limit.MAX_ACTIONS_PER_SECOND));
    this.upgrade = upgrade;
    this.mailbox =
        new Mailbox(desk.threads(), thrown -> Failures.report("A request failed", thrown));
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (request.decoderResult().isFailure()) {
      refuse(context, Reply.text(400, "The request is not well-formed or too large\n"));
      return;
    }
    List<String> path = UrlPath.segments(request.uri()).orElse(List.of());
    if (!path.isEmpty() && path.getFirst().equals("ws")) {
      Reply refused = upgrade.start(context, request, path.subList(1, path.size()));
      if (refused != null) {
        refuse(context, refused);
      }
      return;
    }
    answer(context, request);
  }

  private void answer(ChannelHandlerContext context, FullHttpRequest message) {
    Request request =
        new Request(
            message.method().name(),
            message.uri(),
            message.headers().copy(),
            ByteBufUtil.getBytes(message.content()),
            context.channel().remoteAddress());
    boolean keepAlive = HttpUtil.isKeepAlive(message);
    context.channel().config().setAutoRead(false);
    mailbox.post(() -> answer(context, request, keepAlive));
  }

  /** Counts as running until it is on its way to the client: a server that stops waits for that. */
  private void answer(ChannelHandlerContext context, Request request, boolean keepAlive) {
    boolean runs = inFlight.begin();
    Reply reply =
        runs
            ? reply(request)
            : Reply.text(503, "The server restarts, come back\n").with("Retry-After", "1");
    send(context, reply, keepAlive)
        .addListener(
            sent -> {
              if (runs) {
                inFlight.end();
              }
              context.channel().config().setAutoRead(true);
            });
  }

  private Reply reply(Request request) {
    if (!pace.take().isZero()) {
      return Reply.text(429, "Too many requests a second\n").with("Retry-After", "1");
    }
    try {
      return router.answer(request);
    } catch (RuntimeException | Error e) {
      Failures.report("A request failed", e);
      return Reply.text(500, "Something went wrong in the server\n");
    }
  }

  static void refuse(ChannelHandlerContext context, Reply reply) {
    var unused = send(context, reply, false);
  }

  private static ChannelFuture send(ChannelHandlerContext context, Reply reply, boolean keepAlive) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(reply.status()),
            Unpooled.wrappedBuffer(reply.body()));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, reply.contentType())
        .set(HttpHeaderNames.CACHE_CONTROL, reply.isPrivate() ? "no-store" : "no-cache");
    boolean secure = context.pipeline().get(SslHandler.class) != null;
    new SecurityHeaders(secure).addTo(response.headers());
    reply.headers().forEach(response.headers()::set);
    if (reply.status() != 304) {
      response.headers().set(HttpHeaderNames.CONTENT_LENGTH, reply.body().length);
    }
    if (keepAlive) {
      return context.writeAndFlush(response);
    }
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    return context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
    if (!Failures.isLostLink(thrown) && !(thrown instanceof ReadTimeoutException)) {
      Failures.report("A link failed", thrown);
    }
    var unused = context.close();
  }
}
