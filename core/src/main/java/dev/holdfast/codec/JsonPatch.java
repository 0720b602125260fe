package dev.holdfast.codec;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What turns one JSON value into another: a list of {@code add}, {@code remove} and {@code replace}
 * (RFC 6902), as JSON text in UTF-8 that nobody changes.
 *
 * @param utf8 the text; {@code []} where there is no difference
 * @param growth about how many bytes the other value's text is longer
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record JsonPatch(byte[] utf8, long growth) {

  private static final JsonMapper MAPPER = JsonMappers.forStates(type -> false);
  private static final int EMPTY = 2;

  /** Whether the two values do not differ. */
  public boolean isEmpty() {
    return utf8.length == EMPTY;
  }

  /**
   * The difference of two JSON texts. Its cost follows their size.
   *
   * @param maxBytes how long it may be
   * @return empty if it would be longer
   * @throws UndecodableStateException if one is not JSON
   */
  public static Optional<JsonPatch> between(byte[] before, byte[] after, int maxBytes) {
    PatchText text = new PatchText(MAPPER, maxBytes);
    JsonNode from = Trees.read(MAPPER, before);
    new TreeDiff(MAPPER, text).add(Pointer.ROOT, from, Trees.read(MAPPER, after));
    return text.patch();
  }

  /** The length only. */
  @Override
  public String toString() {
    return "JsonPatch[" + utf8.length + " bytes]";
  }
}
