package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A link without a socket, for one thread. */
final class FakeTransport implements Transport {

  private final List<String> sent = new ArrayList<>();
  private boolean writable = true;
  private boolean reading = true;
  private int pings;
  private @Nullable CloseCode closed;

  @Override
  public void send(List<byte[]> parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    parts.forEach(whole::writeBytes);
    sent.add(whole.toString(UTF_8));
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public void ping() {
    pings++;
  }

  @Override
  public void reading(boolean on) {
    reading = on;
  }

  @Override
  public void close(CloseCode code, String reason) {
    if (closed == null) {
      closed = code;
    }
  }

  void writable(boolean on) {
    writable = on;
  }

  int pings() {
    return pings;
  }

  boolean isReading() {
    return reading;
  }

  @Nullable CloseCode closed() {
    return closed;
  }

  /** What was sent since the last call. */
  List<JsonNode> taken() {
    List<JsonNode> messages = sent.stream().map(JsonMapper.shared()::readTree).toList();
    sent.clear();
    return messages;
  }

  /** The types of what was sent since the last call. */
  List<String> takenTypes() {
    return taken().stream().map(message -> message.get("type").stringValue()).toList();
  }
}
