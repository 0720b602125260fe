package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A WebSocket that collects what it is told. Messages may be written with single quotes. */
final class TestClient implements WebSocket.Listener, AutoCloseable {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final long PATIENCE_SECONDS = 10;

  private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
  private final BlockingQueue<String> pongs = new LinkedBlockingQueue<>();
  private final StringBuilder part = new StringBuilder();
  private @Nullable WebSocket socket;

  private TestClient() {}

  static TestClient open(String url, String... headers) {
    return open(HTTP, url, headers);
  }

  static TestClient open(HttpClient http, String url, String... headers) {
    TestClient client = new TestClient();
    WebSocket.Builder builder = http.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    client.socket = builder.buildAsync(URI.create(url), client).join();
    return client;
  }

  /** Says hello, with a token or without. */
  TestClient hello(@Nullable String token) {
    return say(
        token == null ? "{'type':'hello'}" : "{'type':'hello','sessionId':'%s'}".formatted(token));
  }

  TestClient say(String text) {
    return sayExactly(text.replace('\'', '"'));
  }

  TestClient sayExactly(String text) {
    socket().sendText(text, true).join();
    return this;
  }

  TestClient sayBinary(byte... bytes) {
    socket().sendBinary(ByteBuffer.wrap(bytes), true).join();
    return this;
  }

  String ping(String text) throws Exception {
    socket().sendPing(ByteBuffer.wrap(text.getBytes(UTF_8))).join();
    return String.valueOf(pongs.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  private WebSocket socket() {
    if (socket == null) {
      throw new IllegalStateException("not open");
    }
    return socket;
  }

  /** The next message. */
  JsonNode next() throws InterruptedException {
    JsonNode message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("No message came; closed: " + closeCode);
    }
    return message;
  }

  /** The next message of a type; others before it are skipped. */
  JsonNode next(String type) throws InterruptedException {
    JsonNode message = next();
    while (!message.get("type").stringValue().equals(type)) {
      message = next();
    }
    return message;
  }

  /** The session's token, out of the acknowledgement. */
  String token() throws InterruptedException {
    return next("sessionAck").get("sessionId").stringValue();
  }

  /** The code that the server closed with. */
  int closeCode() throws Exception {
    return closeCode.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  boolean isClosed() {
    return closeCode.isDone();
  }

  @Override
  public void close() {
    try {
      socket().sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    } catch (CompletionException e) {
      socket().abort(); // it was closed already
    }
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    part.append(data);
    if (last) {
      messages.add(JsonMapper.shared().readTree(part.toString()));
      part.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
    pongs.add(UTF_8.decode(message).toString());
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closeCode.complete(code);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closeCode.completeExceptionally(error);
  }
}
