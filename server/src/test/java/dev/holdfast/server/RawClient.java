package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A WebSocket made of bytes: it goes on sending after the server has ended the conversation, as no
 * library does. For short messages; single quotes stand for double ones.
 */
final class RawClient implements AutoCloseable {

  private final Socket socket;
  private final DataInputStream in;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    socket.setSoTimeout(10_000);
  }

  static RawClient open(int port, String path) throws IOException {
    RawClient client = new RawClient(new Socket("localhost", port));
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

  private JsonNode next() throws IOException {
    in.readUnsignedByte();
    int length = in.readUnsignedByte();
    byte[] body = new byte[length == 126 ? in.readUnsignedShort() : length];
    in.readFully(body);
    return JsonMapper.shared().readTree(body);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
