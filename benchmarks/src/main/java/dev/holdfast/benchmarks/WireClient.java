package dev.holdfast.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** A WebSocket of a few bytes: it says hello, subscribes and sends actions. For one thread. */
final class WireClient implements AutoCloseable {

  private static final int SMALL = 512;
  private static final int TEXT = 0x81;
  private static final int PING = 0x89;

  private final Socket socket;
  private final DataInputStream in;
  private int sent;

  private WireClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), SMALL));
  }

  /** Returns once the first state is there; the client is sent all that follow. */
  static WireClient open(int port, String path) throws IOException {
    return open(port, path, true);
  }

  /**
   * The same.
   *
   * @param subscribes whether it is sent the states that follow
   */
  static WireClient open(int port, String path, boolean subscribes) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    WireClient client = new WireClient(socket);
    client.upgrade(path);
    client.say("{\"type\":\"hello\"}");
    client.skipTo("\"initialTree\"");
    if (subscribes) {
      client.say("{\"type\":\"subscribeState\"}");
    }
    return client;
  }

  private void upgrade(String path) throws IOException {
    String request =
        String.join(
            "\r\n",
            "GET " + path + " HTTP/1.1",
            "Host: x",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "",
            "");
    socket.getOutputStream().write(request.getBytes(UTF_8));
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
  }

  /** Returns once the action is acknowledged. */
  void increment() throws IOException {
    say(action());
    skipTo("\"actionResult\"");
  }

  /** Returns once the server has sent back what is as long as an action. */
  void echo() throws IOException {
    send(PING, action());
    String back;
    do {
      back = read();
    } while (!back.contains("\"dispatchAction\""));
  }

  private String action() {
    return "{\"type\":\"dispatchAction\",\"id\":\"b."
        + ++sent
        + "\",\"module\":\"\",\"action\":\"increment\"}";
  }

  private void say(String text) throws IOException {
    send(TEXT, text);
  }

  private void send(int kind, String text) throws IOException {
    byte[] body = text.getBytes(UTF_8);
    byte[] frame = new byte[body.length + 6]; // fewer than 126 bytes, and a mask of zeros
    frame[0] = (byte) kind;
    frame[1] = (byte) (0x80 | body.length);
    System.arraycopy(body, 0, frame, 6, body.length);
    socket.getOutputStream().write(frame);
  }

  private void skipTo(String type) throws IOException {
    String message;
    do {
      message = read();
    } while (!message.contains(type));
  }

  private String read() throws IOException {
    in.readUnsignedByte();
    int length = in.readUnsignedByte();
    byte[] body = new byte[length == 126 ? in.readUnsignedShort() : length];
    in.readFully(body);
    return new String(body, UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
