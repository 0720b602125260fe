package dev.holdfast.server;

import dev.holdfast.Holdfast;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

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
 * {@code /stats} (to this machine, see {@link ServerBuilder#figuresFor}), {@code /holdfast.js} (the
 * browser client) and the program's own files.
 *
 * <p>Safe for many threads. The server does not own the runtime: close the server first, then the
 * runtime.
 */
public final class HoldfastServer implements AutoCloseable {

  private final Listener listener;
  private final OpenConnections open;
  private final Rounds rounds;
  private final Duration closeTimeout;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  HoldfastServer(Listener listener, OpenConnections open, Rounds rounds, Duration closeTimeout) {
    this.listener = listener;
    this.open = open;
    this.rounds = rounds;
    this.closeTimeout = closeTimeout;
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
  public static ServerBuilder builder(Holdfast app) {
    return new ServerBuilder(app);
  }

  /** The port that the server listens on, also where 0 was asked for. */
  public int port() {
    return listener.port();
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
   * Stops: accepts nothing new, does and answers what has arrived, within the close time-out
   * ({@link ServerBuilder#closeTimeout}), and then tells every client that the server goes away and
   * that it may come back (1001). Waits up to 3 more seconds until sessions are let go. Actions
   * that are not answered by then are as safe as the runtime makes them; clients ask again with the
   * action's id. Call it before {@link Holdfast#close()}. Safe to call twice.
   */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      join();
      return;
    }
    listener.stopAccepting();
    rounds.close();
    open.close(closeTimeout);
    listener.close();
    closed.countDown();
  }
}
