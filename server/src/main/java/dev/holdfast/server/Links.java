package dev.holdfast.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Sets up every link that is accepted: at first it speaks HTTP. */
final class Links extends ChannelInitializer<Channel> {

  private static final int MAX_HEADER_BYTES = 8 << 10;
  private static final int IDLE_SECONDS = 30;

  private final Router router;
  private final HttpUpgrade upgrade;
  private final Desk desk;
  private final Crowd crowd;
  private final InFlight inFlight;
  private final int maxBodyBytes;
  private final @Nullable Tls tls;

  Links(Router router, HttpUpgrade upgrade, Desk desk, InFlight inFlight, @Nullable Tls tls) {
    this.inFlight = inFlight;
    this.maxBodyBytes = desk.limits().of(Limit.MAX_BODY_BYTES);
    this.tls = tls;
    this.router = router;
    this.upgrade = upgrade;
    this.desk = desk;
    this.crowd =
        new Crowd(
            desk.limits().of(Limit.MAX_CONNECTIONS),
            desk.limits().of(Limit.MAX_CONNECTIONS_PER_ADDRESS));
  }

  @Override
  protected void initChannel(Channel link) {
    SocketAddress from = link.remoteAddress();
    if (from == null || !crowd.enter(from)) {
      var unused = link.close(); // gone already, or one too many: the cheapest answer is none
      return;
    }
    link.closeFuture().addListener(closed -> crowd.leave(from));
    if (tls != null) {
      link.pipeline().addLast(tls.handler(link.alloc()));
    }
    link.pipeline()
        .addLast(
            new HttpServerCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(MAX_HEADER_BYTES)
                    .setMaxHeaderSize(MAX_HEADER_BYTES)),
            new ReadTimeoutHandler(IDLE_SECONDS),
            new HttpObjectAggregator(maxBodyBytes),
            new FlowControlHandler(), // a stop of reading holds for what is decoded already
            new HttpHandler(router, upgrade, desk, inFlight));
  }
}
