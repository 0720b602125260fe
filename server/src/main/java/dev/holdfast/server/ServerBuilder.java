package dev.holdfast.server;

import dev.holdfast.Holdfast;
import dev.holdfast.StateModule;
import dev.holdfast.time.TimeSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts a server together, as {@link HoldfastServer#builder} begins it. A value that an option
 * cannot have is refused at once, with its range and unit. Not thread-safe.
 */
public final class ServerBuilder {

  private final Holdfast app;
  private Origins origins = new Origins(List.of());
  private @Nullable String host;
  private int port;
  private StaticFiles files = StaticFiles.none();
  private Policies policies = Policies.USUAL;
  private @Nullable Authenticator authenticator;
  private boolean sessionCookies;
  private Consumer<RemoteClient> onConnection = client -> {};
  private Consumer<RemoteClient> onDisconnection = client -> {};
  private Limits limits = Limits.DEFAULT;
  private TimeSource time = TimeSource.system();
  private @Nullable Tls tls;
  private @Nullable ServerMetrics metrics;
  private FigureReaders figureReaders = FigureReaders.HERE;

  ServerBuilder(Holdfast app) {
    this.app = Objects.requireNonNull(app, "app");
  }

  /** The port, 0 to 65535; 0, the default, picks a free one. */
  public ServerBuilder port(int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port is 0 to 65535, got " + port);
    }
    this.port = port;
    return this;
  }

  /**
   * The address to listen on, such as {@code localhost}. Default: all of the machine's, so that
   * others on the network reach it. Pages of other origins are refused either way.
   */
  public ServerBuilder host(String host) {
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
  public ServerBuilder allowOrigins(String... origins) {
    this.origins = this.origins.and(List.of(origins));
    return this;
  }

  /**
   * Serves the files of a folder: {@code index.html} for {@code /}, only files of types that belong
   * to web pages, none whose name or folder begins with a dot. Default: no files.
   */
  public ServerBuilder staticFiles(Path folder) {
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
  public ServerBuilder resources(String prefix, ClassLoader loader) {
    String folder = prefix.replaceAll("^/+|/+$", "");
    if (folder.isEmpty()) {
      throw new IllegalArgumentException(
          "resources needs a folder: the whole class path would be served, got \"%s\""
              .formatted(prefix));
    }
    this.files = StaticFiles.resources(folder, Objects.requireNonNull(loader, "loader"));
    return this;
  }

  /**
   * What happens on a session's second connection about a module. Default: {@link
   * ConnectionPolicy#KICK_OLD} where the client's hello names the session, {@link
   * ConnectionPolicy#ALLOW_MULTIPLE} where its cookie does.
   */
  public ServerBuilder connectionPolicy(ConnectionPolicy policy) {
    this.policies = policies.with(Objects.requireNonNull(policy, "policy"));
    return this;
  }

  /** The same for one module, whatever holds for the others. */
  public ServerBuilder connectionPolicy(StateModule<?> module, ConnectionPolicy policy) {
    if (!app.modules().contains(module)) {
      throw new IllegalArgumentException(
          "connectionPolicy is for modules of the runtime, and %s is none of %s"
              .formatted(
                  module.name(), app.modules().stream().map(StateModule::name).sorted().toList()));
    }
    this.policies = policies.with(module.name(), Objects.requireNonNull(policy, "policy"));
    return this;
  }

  /** Is asked about each client before its WebSocket opens. Default: everybody may, as nobody. */
  public ServerBuilder authenticator(Authenticator authenticator) {
    this.authenticator = Objects.requireNonNull(authenticator, "authenticator");
    return this;
  }

  /**
   * How long the authenticator may take for one client, 1 ms to 20 s, default 5 s; then the client
   * is refused with 503, and the authenticator interrupted.
   */
  public ServerBuilder authenticatorTimeout(Duration timeout) {
    limits = limits.with(Limit.AUTHENTICATOR_TIMEOUT, timeout);
    return this;
  }

  /**
   * Whether the upgrade gives a client without a session one in a cookie, which scripts cannot read
   * and all windows of a browser share. Default: no. A cookie that a client has is looked at either
   * way; a token in hello that is good wins over it.
   */
  public ServerBuilder sessionCookies(boolean on) {
    this.sessionCookies = on;
    return this;
  }

  /**
   * Is told of each client that has said hello and has its session, before it is shown a state. It
   * runs on the client's own virtual thread and may block: that client waits. What it throws is
   * logged without its message, and breaks nothing.
   */
  public ServerBuilder onConnection(Consumer<RemoteClient> hook) {
    this.onConnection = Objects.requireNonNull(hook, "hook");
    return this;
  }

  /**
   * Is told when a client's connection has ended, of exactly those that {@link #onConnection} was
   * told of. Otherwise as that one.
   */
  public ServerBuilder onDisconnection(Consumer<RemoteClient> hook) {
    this.onDisconnection = Objects.requireNonNull(hook, "hook");
    return this;
  }

  /**
   * The largest message of a client, in bytes, 1 KiB to 64 MiB, default 1 MiB. A larger one closes
   * the connection (1009). About twice as much is kept in memory for a client whose messages wait.
   */
  public ServerBuilder maxFrameBytes(int bytes) {
    limits = limits.with(Limit.MAX_FRAME_BYTES, bytes);
    return this;
  }

  /**
   * How many messages of a client may wait here, 2 to 65,536, default 256. Past it the server stops
   * reading from that client until half of them are handled.
   */
  public ServerBuilder maxQueuedFrames(int frames) {
    limits = limits.with(Limit.MAX_QUEUED_FRAMES, frames);
    return this;
  }

  /**
   * How much a client may leave unread, in bytes, 64 KiB to 1 GiB, default 8 MiB: more than the
   * largest state. States are skipped for a client that does not keep up; past this bound its
   * connection is closed (1013).
   */
  public ServerBuilder maxPendingBytes(int bytes) {
    limits = limits.with(Limit.MAX_PENDING_BYTES, bytes);
    return this;
  }

  /**
   * How many actions of a connection may be without an answer, 1 to 64, default 64, which is law
   * A6's bound for a client. What it sends beyond waits among its messages.
   */
  public ServerBuilder maxQueuedActions(int actions) {
    limits = limits.with(Limit.MAX_QUEUED_ACTIONS, actions);
    return this;
  }

  /**
   * How many messages a second are taken from a connection, 1 to 1,000,000, default 1,000. Those of
   * one second may come at once; past that they wait, nothing is lost, and the client is read from
   * more slowly. Every message counts, whatever its type.
   */
  public ServerBuilder maxActionsPerSecond(int actions) {
    limits = limits.with(Limit.MAX_ACTIONS_PER_SECOND, actions);
    return this;
  }

  /**
   * How many links may be open, 1 to 10,000,000, default 100,000, plain HTTP among them. One more
   * is closed at once. The system's bound on open files should be higher.
   */
  public ServerBuilder maxConnections(int connections) {
    limits = limits.with(Limit.MAX_CONNECTIONS, connections);
    return this;
  }

  /**
   * How many of them may come from one address (IPv6: from one /64), 1 to 10,000,000, default
   * 1,000. Behind a proxy all come from its address: raise it to {@link #maxConnections}.
   */
  public ServerBuilder maxConnectionsPerAddress(int connections) {
    limits = limits.with(Limit.MAX_CONNECTIONS_PER_ADDRESS, connections);
    return this;
  }

  /**
   * The largest body of a plain HTTP request, in bytes, 1 KiB to 64 MiB, default 64 KiB. A larger
   * one is answered with 413.
   */
  public ServerBuilder maxBodyBytes(int bytes) {
    limits = limits.with(Limit.MAX_BODY_BYTES, bytes);
    return this;
  }

  /**
   * How deep a client's JSON may nest, 8 to 500 levels, default 100. What is deeper is refused
   * unread.
   */
  public ServerBuilder maxJsonDepth(int levels) {
    limits = limits.with(Limit.MAX_JSON_DEPTH, levels);
    return this;
  }

  /** How long a client may take to say hello, 1 ms to 1 h, default 10 s; then 1002. */
  public ServerBuilder helloTimeout(Duration timeout) {
    limits = limits.with(Limit.HELLO_TIMEOUT, timeout);
    return this;
  }

  /**
   * How long a client may be silent, 1 s to 1 day, default 60 s. After half of it the server sends
   * a ping, which every WebSocket answers by itself; a client that does not is gone, and its
   * connection is closed (1001). One that takes nothing of what it is sent for as long is closed
   * with 1013.
   */
  public ServerBuilder idleTimeout(Duration timeout) {
    limits = limits.with(Limit.IDLE_TIMEOUT, timeout);
    return this;
  }

  /**
   * How long {@link HoldfastServer#close} waits for actions that have arrived, 0 to 10 minutes,
   * default 5 s.
   */
  public ServerBuilder closeTimeout(Duration timeout) {
    limits = limits.with(Limit.CLOSE_TIMEOUT, timeout);
    return this;
  }

  /**
   * Speaks TLS (1.2 and 1.3) instead of plain HTTP: {@code https} and {@code wss}. Browsers are
   * told never to come without it again, and the session's cookie goes over TLS only. The files are
   * read now; a renewed certificate needs a restart.
   *
   * @param certificateChainPem the server's certificate first, then those that vouch for it
   * @param privateKeyPem its key, PKCS #8, without a password
   * @throws IllegalArgumentException if the files are not these
   */
  public ServerBuilder tls(Path certificateChainPem, Path privateKeyPem) {
    this.tls = Tls.of(certificateChainPem, privateKeyPem);
    return this;
  }

  /**
   * Measures, for {@code /metrics} or a registry of the program's. Default: nothing is measured.
   */
  public ServerBuilder metrics(ServerMetrics metrics) {
    this.metrics = Objects.requireNonNull(metrics, "metrics");
    return this;
  }

  /**
   * Who may read {@code /stats} and {@code /metrics}. Default: requests from this machine itself
   * which no proxy has passed on, as far as their headers tell ({@code Forwarded}, {@code
   * X-Forwarded-For}, {@code X-Real-IP}, {@code Via}). {@code request -> true} shows them to
   * everybody who reaches the port, {@code request -> false} to nobody. Others get 403.
   *
   * @param who asked for each such request, on a virtual thread; may block. What it throws refuses,
   *     and is logged without its message
   */
  public ServerBuilder figuresFor(Predicate<ClientRequest> who) {
    this.figureReaders = new FigureReaders(Objects.requireNonNull(who, "who"));
    return this;
  }

  /** The clock and timers of pings and rates; the system's by default. */
  public ServerBuilder clock(TimeSource time) {
    this.time = Objects.requireNonNull(time, "time");
    return this;
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
            new Contacts(policies),
            limits,
            task -> Thread.ofVirtual().name("holdfast-connection").start(task),
            time,
            metrics == null ? Meters.NONE : metrics.bind(app, open),
            new ClientHooks(onConnection, onDisconnection));
    Origins mine = tls == null ? origins : origins.overTls();
    Site site = new Site(files, app::isHealthy, new Figures(app, open)::json);
    SessionCookie cookie = new SessionCookie(tls != null);
    Gatekeeper gatekeeper =
        new Gatekeeper(
            authenticator,
            limits.time(Limit.AUTHENTICATOR_TIMEOUT),
            app.sessions(),
            cookie,
            sessionCookies);
    Router router =
        new Router(
            site,
            new ModuleSite(desk, mine, cookie, gatekeeper),
            figureReaders,
            () -> metrics == null ? Optional.empty() : metrics.text());
    HttpUpgrade upgrade = new HttpUpgrade(desk, mine, gatekeeper, open);
    Links links = new Links(router, upgrade, desk, open.requests(), tls);
    Listener listener = Listener.open(host, port, links);
    Rounds rounds = Rounds.begin(time, open, limits.time(Limit.IDLE_TIMEOUT));
    return new HoldfastServer(listener, open, rounds, limits.time(Limit.CLOSE_TIMEOUT));
  }
}
