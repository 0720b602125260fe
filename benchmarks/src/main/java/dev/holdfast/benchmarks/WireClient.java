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

  private final Socket socket;
  private final DataInputStream in;
  private int sent;

  private WireClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), SMALL));
  }

  /** Returns once the first state is there. */
  static WireClient open(int port, String path) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    WireClient client = new WireClient(socket);
    client.upgrade(path);
    client.say("{\"type\":\"hello\"}");
    client.skipTo("\"initialTree\"");
    client.say("{\"type\":\"subscribeState\"}");
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
    say(
        "{\"type\":\"dispatchAction\",\"id\":\"b.%d\",\"module\":\"\",\"action\":\"increment\"}"
            .formatted(++sent));
    skipTo("\"actionResult\"");
  }

  private void say(String text) throws IOException {
    byte[] body = text.getBytes(UTF_8);
    byte[] frame = new byte[body.length + 6]; // fewer than 126 bytes, and a mask of zeros
    frame[0] = (byte) 0x81;
    frame[1] = (byte) (0x80 | body.length);
    System.arraycopy(body, 0, frame, 6, body.length);
    socket.getOutputStream().write(frame);
  }

  private void skipTo(String type) throws IOException {
    String message;
    do {
      in.readUnsignedByte();
      int length = in.readUnsignedByte();
      byte[] body = new byte[length == 126 ? in.readUnsignedShort() : length];
      in.readFully(body);
      message = new String(body, UTF_8);
    } while (!message.contains(type));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
