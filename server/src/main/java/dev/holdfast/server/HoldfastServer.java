package dev.holdfast.server;

import dev.holdfast.Health;
import dev.holdfast.Holdfast;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Serves the modules of a {@link Holdfast} to browsers and programs.
 *
 * <pre>{@code
 * try (var app = Holdfast.open(store, counter, chat);
 *     var server = HoldfastServer.serve(app, 8080)) {
 *   server.join();
 * }
 * }</pre>
 *
 * <p>WebSockets: {@code /ws/{module}}, {@code /ws/{module}/{id}} for modules whose caller names the
 * instance, and {@code /ws} for several modules on one connection. Plain HTTP: {@code /health},
 * {@code /stats}, {@code /holdfast.js} (the browser client) and the program's own files.
 *
 * <p>Safe for many threads. The server does not own the runtime: close the server first, then the
 * runtime.
 */
public final class HoldfastServer implements AutoCloseable {

  private static final int MAX_HEADER_BYTES = 8 << 10;
  private static final int MAX_BODY_BYTES = 64 << 10;
  private static final int IDLE_SECONDS = 30;
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  private final EventLoopGroup loops;
  private final Channel listening;
  private final OpenConnections open;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  private HoldfastServer(EventLoopGroup loops, Channel listening, OpenConnections open) {
    this.loops = loops;
    this.listening = listening;
    this.open = open;
  }

  /**
   * Starts a server with default options on all of the machine's addresses.
   *
   * @param port 0 to 65535; 0 picks a free one
   * @throws PortUnavailableException if the port is in use or not allowed
   */
  public static HoldfastServer serve(Holdfast app, int port) {
    return builder(app).port(port).start();
  }

  /** Begins a server with options. */
  public static Builder builder(Holdfast app) {
    return new Builder(app);
  }

  /** The port that the server listens on, also where 0 was asked for. */
  public int port() {
    return ((InetSocketAddress) listening.localAddress()).getPort();
  }

  /** Waits until the server is closed, or this thread is interrupted: then it stays interrupted. */
  public void join() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Stops: accepts nothing new, tells every client that the server goes away (1001) and waits up to
   * 5 seconds until their sessions are let go. Actions that are not answered by then are as safe as
   * the runtime makes them; clients ask again with the action's id. Call it before {@link
   * Holdfast#close()}. Safe to call twice.
   */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      join();
      return;
    }
    listening.close().awaitUninterruptibly();
    open.close(CLOSE_PATIENCE);
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    closed.countDown();
  }

  /** Puts a server together. Not thread-safe. */
  public static final class Builder {

    private final Holdfast app;
    private Origins origins = new Origins(List.of());
    private @Nullable String host;
    private int port;
    private StaticFiles files = StaticFiles.none();
    private ConnectionPolicy policy = ConnectionPolicy.KICK_OLD;
    private int maxFrameBytes = Limits.DEFAULT.maxFrameBytes();
    private int maxQueuedFrames = Limits.DEFAULT.maxQueuedFrames();
    private int maxPendingBytes = Limits.DEFAULT.maxPendingBytes();
    private Duration helloTimeout = Limits.DEFAULT.helloTimeout();

    private Builder(Holdfast app) {
      this.app = Objects.requireNonNull(app, "app");
    }

    /** The port, 0 to 65535; 0, the default, picks a free one. */
    public Builder port(int port) {
      this.port = inRange("port", port, 0, 65_535);
      return this;
    }

    /**
     * The address to listen on, such as {@code localhost}. Default: all of the machine's, so that
     * others on the network reach it. Pages of other origins are refused either way.
     */
    public Builder host(String host) {
      if (host.isBlank()) {
        throw new IllegalArgumentException("host is a name or an address, got a blank one");
      }
      this.host = host;
      return this;
    }

    /**
     * Pages of these origins may connect too, such as {@code https://example.com}; {@code *} admits
     * those of every origin. Default: only pages that this server's own host and port delivered. A
     * request without an origin is not from a page and is admitted always.
     *
     * @param origins scheme, host and, unless it is the scheme's own, port; or {@code *}
     */
    public Builder allowOrigins(String... origins) {
      this.origins = this.origins.and(List.of(origins));
      return this;
    }

    /**
     * Serves the files of a folder: {@code index.html} for {@code /}, only files of types that
     * belong to web pages, none whose name or folder begins with a dot. Default: no files.
     */
    public Builder staticFiles(Path folder) {
      if (!Files.isDirectory(folder)) {
        throw new IllegalArgumentException("staticFiles needs a folder, got " + folder);
      }
      this.files = StaticFiles.in(folder);
      return this;
    }

    /**
     * Serves resources as {@link #staticFiles} does files.
     *
     * @param prefix their folder, such as {@code com/example/web}
     * @param loader where they are; in a named module their package must be open
     */
    public Builder resources(String prefix, ClassLoader loader) {
      String folder = prefix.replaceAll("^/+|/+$", "");
      if (folder.isEmpty()) {
        throw new IllegalArgumentException(
            "resources needs a folder: the whole class path would be served, got \"%s\""
                .formatted(prefix));
      }
      this.files = StaticFiles.resources(folder, Objects.requireNonNull(loader, "loader"));
      return this;
    }

    /** What happens on a session's second connection. Default: the old one goes. */
    public Builder connectionPolicy(ConnectionPolicy policy) {
      this.policy = Objects.requireNonNull(policy, "policy");
      return this;
    }

    /**
     * The largest message of a client, in bytes, 1 KiB to 64 MiB, default 1 MiB. A larger one
     * closes the connection (1009). About twice as much is kept in memory for a client whose
     * messages wait.
     */
    public Builder maxFrameBytes(int bytes) {
      this.maxFrameBytes = inRange("maxFrameBytes", bytes, 1 << 10, 64 << 20);
      return this;
    }

    /**
     * How many messages of a client may wait here, 2 to 65,536, default 256. Past it the server
     * stops reading from that client until half of them are handled.
     */
    public Builder maxQueuedFrames(int frames) {
      this.maxQueuedFrames = inRange("maxQueuedFrames", frames, 2, 65_536);
      return this;
    }

    /**
     * How much a client may leave unread, in bytes, 64 KiB to 1 GiB, default 8 MiB: more than the
     * largest state. States are skipped for a client that does not keep up; past this bound its
     * connection is closed (1013).
     */
    public Builder maxPendingBytes(int bytes) {
      this.maxPendingBytes = inRange("maxPendingBytes", bytes, 64 << 10, 1 << 30);
      return this;
    }

    /** How long a client may take to say hello, at least 1 ms, default 10 s; then 1002. */
    public Builder helloTimeout(Duration timeout) {
      if (timeout.toMillis() < 1) {
        throw new IllegalArgumentException("helloTimeout is at least 1 ms, got " + timeout);
      }
      this.helloTimeout = timeout;
      return this;
    }

    private static int inRange(String option, int value, int lowest, int highest) {
      if (value < lowest || value > highest) {
        throw new IllegalArgumentException(
            "%s is %d to %d, got %d".formatted(option, lowest, highest, value));
      }
      return value;
    }

    /**
     * Starts the server.
     *
     * @throws PortUnavailableException if the port is in use or not allowed, or the host is not one
     *     of this machine's
     */
    public HoldfastServer start() {
      OpenConnections open = new OpenConnections();
      Desk desk =
          new Desk(
              app.sessions(),
              new Modules(app.modules()),
              new Contacts(policy),
              new Limits(maxFrameBytes, maxQueuedFrames, maxPendingBytes, helloTimeout),
              task -> Thread.ofVirtual().name("holdfast-connection").start(task));
      Site site = new Site(files, app::isHealthy, () -> stats(open));
      HttpUpgrade upgrade = new HttpUpgrade(desk, origins, open);
      EventLoopGroup loops =
          new MultiThreadIoEventLoopGroup(
              new DefaultThreadFactory("holdfast-server"), NioIoHandler.newFactory());
      return new HoldfastServer(loops, listen(loops, new Links(site, upgrade, desk)), open);
    }

    private String stats(OpenConnections open) {
      Health health = app.health();
      return """
          {"activeSessions":%d,"pendingSessions":%d,"totalConnections":%d,"instances":%d,\
          "dirtyKeys":%d,"dirtyBytes":%d,"degradedInstances":%d,"lastCommit":%s}"""
          .formatted(
              app.sessions().connected(),
              app.sessions().waiting(),
              open.count(),
              app.instances(),
              health.dirtyKeys(),
              health.dirtyBytes(),
              health.degradedInstances(),
              health.lastCommit().map(at -> "\"" + at + "\"").orElse("null"));
    }

    private Channel listen(EventLoopGroup loops, Links links) {
      InetSocketAddress address =
          host == null ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
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
        return bound.channel();
      }
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
      Throwable cause = bound.cause();
      throw new PortUnavailableException(
          host == null ? "all addresses" : host,
          port,
          cause instanceof IOException io ? io : new IOException(String.valueOf(cause), cause));
    }
  }

  /** Sets up every link that is accepted. */
  private static final class Links extends ChannelInitializer<Channel> {

    private final Site site;
    private final HttpUpgrade upgrade;
    private final Desk desk;

    Links(Site site, HttpUpgrade upgrade, Desk desk) {
      this.site = site;
      this.upgrade = upgrade;
      this.desk = desk;
    }

    @Override
    protected void initChannel(Channel link) {
      link.pipeline()
          .addLast(
              new HttpServerCodec(
                  new HttpDecoderConfig()
                      .setMaxInitialLineLength(MAX_HEADER_BYTES)
                      .setMaxHeaderSize(MAX_HEADER_BYTES)),
              new ReadTimeoutHandler(IDLE_SECONDS),
              new HttpObjectAggregator(MAX_BODY_BYTES),
              new FlowControlHandler(), // a stop of reading holds for what is decoded already
              new HttpHandler(site, upgrade, desk));
    }
  }
}
