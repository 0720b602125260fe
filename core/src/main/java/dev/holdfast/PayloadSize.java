package dev.holdfast;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** About how much memory a payload takes, where that is easily known. */
final class PayloadSize {

  /** Smaller ones are bounded by their number. */
  private static final int SMALL = 1_024;

  private static final int NODE = 16;

  private PayloadSize() {}

  /** The size in bytes; 0 for a small or unknown one. */
  static int of(@Nullable Object payload) {
    int size =
        switch (payload) {
          case CharSequence text -> text.length();
          case byte[] bytes -> bytes.length;
          case JsonNode json -> of(json);
          case null, default -> 0;
        };
    return size < SMALL ? 0 : size;
  }

  private static int of(JsonNode json) {
    int size = NODE;
    if (json.isString()) {
      size += json.asString().length();
    }
    for (JsonNode child : json) {
      size += of(child);
    }
    return size;
  }
}
