package dev.holdfast;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * What a record's content is made of: the state as JSON, and the ids of the actions that it holds.
 *
 * <p>Format 2, which is written, is one JSON object: {@code
 * {"format":2,"crc":"1a2b3c4d","ids":{"client":[highest,applied,at]},"state":...}}, the state last
 * and {@code ids} left out when there are none. The sum is CRC-32C over every byte behind it and
 * the record's schema version (four bytes, the highest first), so that silent damage is found (law
 * R3). An id without a client, {@code "session/":[incarnation,count,at]}, is of the session's
 * guest, whose record of that revision is in the state (law K2). Format 1 is the same without the
 * sum; it is read, also where a person has written it.
 *
 * @param state the state's JSON text
 */
@SuppressWarnings("ArrayRecordComponent") // passed from the record to the codec, never compared
record Envelope(byte[] state, Map<String, ActionIds.Client> ids) {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final byte[] START = ascii("{\"format\":2,\"crc\":\"");
  private static final byte[] IDS = ascii(",\"ids\":");
  private static final byte[] LIST = ascii("\":[");
  private static final byte[] STATE = ascii(",\"state\":");
  private static final int SUM_DIGITS = 8;
  private static final int SUMMED_FROM = START.length + SUM_DIGITS;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The content of a record.
   *
   * @param schemaVersion of the record
   */
  byte[] encode(int schemaVersion) {
    Utf8Text head = head();
    int stateAt = SUMMED_FROM + head.length();
    byte[] content = Arrays.copyOf(START, stateAt + state.length + 1);
    head.copyTo(content, SUMMED_FROM);
    System.arraycopy(state, 0, content, stateAt, state.length);
    content[content.length - 1] = '}';
    Utf8Text.putHex(sum(content, schemaVersion), content, START.length);
    return content;
  }

  private Utf8Text head() {
    Utf8Text text = new Utf8Text(32 + 64 * ids.size());
    text.add('"');
    if (!ids.isEmpty()) {
      char before = '{';
      text.add(IDS);
      for (Map.Entry<String, ActionIds.Client> entry : ids.entrySet()) {
        ActionIds.Client client = entry.getValue();
        text.add(before).add('"').addQuoted(entry.getKey()).add(LIST);
        text.add(client.highest()).add(',').add(client.applied()).add(',').add(client.at());
        text.add(']');
        before = ',';
      }
      text.add('}');
    }
    return text.add(STATE);
  }

  private static long sum(byte[] content, int schemaVersion) {
    CRC32C crc = new CRC32C();
    crc.update(content, SUMMED_FROM, content.length - SUMMED_FROM);
    for (int shift = 24; shift >= 0; shift -= 8) {
      crc.update(schemaVersion >>> shift);
    }
    return crc.getValue();
  }

  /**
   * Reads a record's content.
   *
   * @param schemaVersion of the record
   * @throws UnreadableContentException if it is not an envelope of a known format, or damaged
   */
  static Envelope decode(byte[] content, int schemaVersion) {
    boolean summed = startsWith(content, START) && content.length > SUMMED_FROM;
    if (summed) {
      byte[] sum = new byte[SUM_DIGITS];
      Utf8Text.putHex(sum(content, schemaVersion), sum, 0);
      if (!Arrays.equals(sum, 0, SUM_DIGITS, content, START.length, SUMMED_FROM)) {
        throw new UnreadableContentException(
            "it is damaged: its bytes, or its schema version, are not those that were written");
      }
    }
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), content)) {
      return new Reader(json, content, summed).read();
    } catch (JacksonException e) {
      throw new UnreadableContentException("it is not an envelope in JSON");
    }
  }

  private static boolean startsWith(byte[] content, byte[] start) {
    return content.length >= start.length
        && Arrays.equals(content, 0, start.length, start, 0, start.length);
  }

  /** Walks over one envelope. */
  private static final class Reader {
    private final JsonParser json;
    private final byte[] content;
    private final boolean summed;
    private long format;
    private byte @Nullable [] state;
    private final Map<String, ActionIds.Client> ids = new HashMap<>();

    Reader(JsonParser json, byte[] content, boolean summed) {
      this.json = json;
      this.content = content;
      this.summed = summed;
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
          default -> readOther(name, value);
        }
      }
      expect(json.currentToken(), JsonToken.END_OBJECT);
      if (json.nextToken() != null) {
        throw new UnreadableContentException("something follows the envelope");
      }
      // A format whose sum was not checked is damaged, or of a later version.
      if (format != (summed ? 2 : 1)) {
        throw new UnreadableContentException(
            "its format is %d, this version reads formats 1 and 2".formatted(format));
      }
      if (state == null) {
        throw new UnreadableContentException("it holds no state");
      }
      return new Envelope(state, ids);
    }

    /** What these formats do not have is not passed over: it would be lost at the next write. */
    private void readOther(String name, @Nullable JsonToken value) {
      if (!summed || !name.equals("crc") || value != JsonToken.VALUE_STRING) {
        throw new UnreadableContentException("it has a member that its format does not have");
      }
    }

    private byte[] slice() {
      int from = (int) json.currentTokenLocation().getByteOffset();
      json.skipChildren();
      json.finishToken();
      int to = (int) json.currentLocation().getByteOffset();
      return Arrays.copyOfRange(content, from, to);
    }

    private void readIds(@Nullable JsonToken value) {
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
      expect(json.currentToken(), JsonToken.END_OBJECT);
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
