package dev.holdfast.demo;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network between a browser and the server that breaks when it is told to. */
final class Relay implements AutoCloseable {

  private static final byte[] WEB_SOCKET = "GET /ws".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket door;
  private final int to;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  /** Passes on to a port of this machine. */
  Relay(int to) throws IOException {
    this.to = to;
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        if (cut) {
          client.close();
        } else {
          Thread.ofVirtual().start(() -> link(client));
        }
      } catch (IOException e) {
        return; // the door is closed
      }
    }
  }

  private void link(Socket client) {
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), to)) {
      BufferedInputStream requests = new BufferedInputStream(client.getInputStream());
      requests.mark(WEB_SOCKET.length);
      boolean webSocket = Arrays.equals(requests.readNBytes(WEB_SOCKET.length), WEB_SOCKET);
      requests.reset();
      Link link = new Link(client, server, webSocket);
      links.add(link);
      Thread replies =
          Thread.ofVirtual().start(() -> link.pass(inputOf(server), client, Way.REPLIES));
      link.pass(requests, server, Way.REQUESTS);
      server.shutdownOutput();
      replies.join();
      links.remove(link);
    } catch (IOException e) {
      // An end has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static InputStream inputOf(Socket socket) {
    try {
      return socket.getInputStream();
    } catch (IOException e) {
      return InputStream.nullInputStream();
    }
  }

  /** Cuts all links, and lets nobody in. */
  void cut() {
    cut = true;
    links.forEach(Link::close);
  }

  void mend() {
    cut = false;
  }

  /** From now on, the WebSockets that are open deliver nothing this way, and stay open. */
  void swallow(Way way) {
    links.stream().filter(link -> link.webSocket).forEach(link -> link.swallowed.add(way));
  }

  @Override
  public void close() throws IOException {
    door.close();
    cut();
  }

  /** Which way something goes. */
  enum Way {
    REQUESTS,
    REPLIES
  }

  private static final class Link {

    private final Socket client;
    private final Socket server;
    private final boolean webSocket;
    private final Set<Way> swallowed = ConcurrentHashMap.newKeySet();

    Link(Socket client, Socket server, boolean webSocket) {
      this.client = client;
      this.server = server;
      this.webSocket = webSocket;
    }

    void pass(InputStream from, Socket to, Way way) {
      byte[] buffer = new byte[8192];
      try {
        for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
          if (!swallowed.contains(way)) {
            to.getOutputStream().write(buffer, 0, n);
          }
        }
        to.shutdownOutput();
      } catch (IOException e) {
        close();
      }
    }

    void close() {
      try (client;
          server) {
        // Both, whatever becomes of the first.
      } catch (IOException e) {
        // It is closed all the same.
      }
    }
  }
}
