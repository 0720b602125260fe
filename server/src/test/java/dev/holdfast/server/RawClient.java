package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A WebSocket made of bytes: it goes on sending after the server has ended the conversation, as no
 * library does. For short messages; single quotes stand for double ones.
 */
final class RawClient implements AutoCloseable {

  private final Socket socket;
  private final DataInputStream in;
  private boolean ended;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    socket.setSoTimeout(10_000);
  }

  static RawClient open(int port, String path) throws IOException {
    return upgraded(new RawClient(new Socket("localhost", port)), path);
  }

  private static RawClient upgraded(RawClient client, String path) throws IOException {
    client.socket.getOutputStream().write(upgrade(path).getBytes(UTF_8));
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) client.in.readUnsignedByte());
    }
    return client;
  }

  private static String upgrade(String path) {
    return String.join(
        "\r\n",
        "GET " + path + " HTTP/1.1",
        "Host: x",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "",
        "");
  }

  /** Sends a text frame, with a mask of zeros. */
  void say(String text) throws IOException {
    byte[] body = text.replace('\'', '"').getBytes(UTF_8);
    OutputStream out = socket.getOutputStream();
    out.write(0x81);
    if (body.length < 126) {
      out.write(0x80 | body.length);
    } else {
      out.write(new byte[] {(byte) 0xFE, (byte) (body.length >> 8), (byte) body.length});
    }
    out.write(new byte[4]);
    out.write(body);
  }

  /** The next message of a type; others before it are skipped. */
  JsonNode next(String type) throws IOException {
    JsonNode message = next();
    while (!message.get("type").stringValue().equals(type)) {
      message = next();
    }
    return message;
  }

  /** Stops the system from keeping much that is not read. Before anything is sent. */
  static RawClient openDeaf(int port, String path) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4 << 10);
    socket.connect(new InetSocketAddress("localhost", port));
    return upgraded(new RawClient(socket), path);
  }

  /** Reads what there is, to the end; the code of the close frame is the result. */
  int closeCode(List<JsonNode> into) throws IOException {
    while (true) {
      int kind = in.readUnsignedByte() & 0x0F;
      byte[] body = body();
      if (kind == 8) {
        return ((body[0] & 0xFF) << 8) | (body[1] & 0xFF);
      }
      if (kind == 1) {
        into.add(JsonMapper.shared().readTree(body));
      }
    }
  }

  /** A frame as it came. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Frame(int kind, byte[] body) {}

  /** Sends bytes as they are; whether the server took them all. */
  boolean sendAll(List<byte[]> frames) {
    try {
      for (byte[] frame : frames) {
        socket.getOutputStream().write(frame);
      }
      return true;
    } catch (IOException e) {
      return false; // the server has closed
    }
  }

  /** Says that nothing more will come. */
  void stopSending() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      // The server has closed already.
    }
  }

  /** What comes until the server closes the link. */
  List<Frame> rest() throws IOException {
    List<Frame> frames = new ArrayList<>();
    try {
      while (true) {
        frames.add(new Frame(in.readUnsignedByte() & 0x0F, body()));
      }
    } catch (EOFException | SocketException e) {
      ended = true;
    }
    return frames;
  }

  /** Whether the server has closed the link. */
  boolean isAtEnd() {
    return ended;
  }

  private byte[] body() throws IOException {
    int length = in.readUnsignedByte();
    byte[] body =
        new byte
            [switch (length) {
              case 126 -> in.readUnsignedShort();
              case 127 -> (int) in.readLong();
              default -> length;
            }];
    in.readFully(body);
    return body;
  }

  private JsonNode next() throws IOException {
    in.readUnsignedByte();
    return JsonMapper.shared().readTree(body());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
