package dev.holdfast.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
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
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP side of one link, until it becomes a WebSocket. Requests are answered in a mailbox, as
 * reading a file blocks; none is looked at before the client has taken the answer to the one before
 * it, so that a client that asks and does not read cannot fill the memory with answers.
 */
final class HttpHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

  private final Site site;
  private final HttpUpgrade upgrade;
  private final Mailbox mailbox;

  HttpHandler(Site site, HttpUpgrade upgrade, Desk desk) {
    this.site = site;
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

  private void answer(ChannelHandlerContext context, FullHttpRequest request) {
    ChannelConfig reading = context.channel().config();
    String method = request.method().name();
    String target = request.uri();
    String known = request.headers().get(HttpHeaderNames.IF_NONE_MATCH);
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    reading.setAutoRead(false);
    mailbox.post(
        () ->
            send(context, answer(method, target, known), keepAlive)
                .addListener(sent -> reading.setAutoRead(true)));
  }

  private Reply answer(String method, String target, @Nullable String known) {
    try {
      return site.answer(method, target, known);
    } catch (RuntimeException e) {
      Failures.report("A request failed", e);
      return Reply.text(500, "Something went wrong in the server\n");
    }
  }

  private static void refuse(ChannelHandlerContext context, Reply reply) {
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
        .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
        .set("X-Content-Type-Options", "nosniff")
        .set("Referrer-Policy", "no-referrer")
        .set(
            "Content-Security-Policy",
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
                + " frame-ancestors 'none'");
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
    if (!(thrown instanceof IOException) && !(thrown instanceof ReadTimeoutException)) {
      Failures.report("A link failed", thrown);
    }
    var unused = context.close();
  }
}
