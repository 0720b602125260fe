package dev.holdfast;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/**
 * What a record's content is made of: the state as JSON, and the ids of the actions that it holds.
 * Format 1 is one JSON object: {@code
 * {"format":1,"ids":{"client":[highest,applied,at]},"state":...}}, the state last and {@code ids}
 * left out when there are none.
 *
 * @param state the state's JSON text
 */
@SuppressWarnings("ArrayRecordComponent") // passed from the record to the codec, never compared
record Envelope(byte[] state, Map<String, ActionIds.Client> ids) {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final byte[] PLAIN =
      "{\"format\":1,\"state\":".getBytes(StandardCharsets.US_ASCII);

  byte[] encode() {
    byte[] head = ids.isEmpty() ? PLAIN : head();
    byte[] content = Arrays.copyOf(head, head.length + state.length + 1);
    System.arraycopy(state, 0, content, head.length, state.length);
    content[content.length - 1] = '}';
    return content;
  }

  private byte[] head() {
    StringBuilder text = new StringBuilder(64 + 64 * ids.size());
    text.append("{\"format\":1,\"ids\":{");
    boolean first = true;
    for (Map.Entry<String, ActionIds.Client> entry : ids.entrySet()) {
      if (!first) {
        text.append(',');
      }
      first = false;
      text.append('"');
      JsonStringEncoder.getInstance().quoteAsString(entry.getKey(), text);
      ActionIds.Client client = entry.getValue();
      text.append("\":[").append(client.highest());
      text.append(',').append(client.applied());
      text.append(',').append(client.at()).append(']');
    }
    text.append("},\"state\":");
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a record's content.
   *
   * @throws UnreadableContentException if it is not an envelope of a known format
   */
  static Envelope decode(byte[] content) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), content)) {
      return new Reader(json, content).read();
    } catch (JacksonException e) {
      throw new UnreadableContentException("it is not an envelope in JSON");
    }
  }

  /** Walks over one envelope. */
  private static final class Reader {
    private final JsonParser json;
    private final byte[] content;
    private long format;
    private byte @Nullable [] state;
    private final Map<String, ActionIds.Client> ids = new HashMap<>();

    Reader(JsonParser json, byte[] content) {
      this.json = json;
      this.content = content;
    }

    Envelope read() {
      expect(json.nextToken(), JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        switch (name) {
          case "format" -> format = number(value);
          case "ids" -> readIds(value);
          case "state" -> state = slice();
          default -> json.skipChildren();
        }
      }
      expect(json.currentToken(), JsonToken.END_OBJECT);
      if (json.nextToken() != null) {
        throw new UnreadableContentException("something follows the envelope");
      }
      if (format != 1) {
        throw new UnreadableContentException(
            "its format is %d, this version reads format 1".formatted(format));
      }
      if (state == null) {
        throw new UnreadableContentException("it holds no state");
      }
      return new Envelope(state, ids);
    }

    private byte[] slice() {
      int from = (int) json.currentTokenLocation().getByteOffset();
      json.skipChildren();
      json.finishToken();
      int to = (int) json.currentLocation().getByteOffset();
      return Arrays.copyOfRange(content, from, to);
    }

    private void readIds(JsonToken value) {
      expect(value, JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String client = json.currentName();
        expect(json.nextToken(), JsonToken.START_ARRAY);
        ids.put(
            client,
            new ActionIds.Client(
                number(json.nextToken()), number(json.nextToken()), number(json.nextToken())));
        expect(json.nextToken(), JsonToken.END_ARRAY);
      }
    }

    private long number(@Nullable JsonToken token) {
      expect(token, JsonToken.VALUE_NUMBER_INT);
      return json.getLongValue();
    }

    private static void expect(@Nullable JsonToken actual, JsonToken expected) {
      if (actual != expected) {
        throw new UnreadableContentException("expected %s, found %s".formatted(expected, actual));
      }
    }
  }

  /** The content of a record is not an envelope. The message says why, without the content. */
  static final class UnreadableContentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableContentException(String message) {
      super(message);
    }
  }
}
