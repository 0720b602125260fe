package dev.holdfast.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A port that is listened on, and the threads that serve its links. */
final class Listener {

  private final EventLoopGroup loops;
  private final Channel channel;

  private Listener(EventLoopGroup loops, Channel channel) {
    this.loops = loops;
    this.channel = channel;
  }

  /**
   * Begins to listen.
   *
   * @param host null for all of the machine's addresses
   */
  static Listener open(@Nullable String host, int port, Links links) {
    InetSocketAddress address =
        host == null ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            new DefaultThreadFactory("holdfast-server"), NioIoHandler.newFactory());
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(links)
            .bind(address)
            .awaitUninterruptibly();
    if (bound.isSuccess()) {
      return new Listener(loops, bound.channel());
    }
    end(loops);
    Throwable cause = bound.cause();
    throw new PortUnavailableException(
        host == null ? "all addresses" : host,
        port,
        cause instanceof IOException io ? io : new IOException(String.valueOf(cause), cause));
  }

  int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Accepts nothing new; links that are open stay. */
  void stopAccepting() {
    channel.close().awaitUninterruptibly();
  }

  /** Cuts what is still open. */
  void close() {
    end(loops);
  }

  private static void end(EventLoopGroup loops) {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
