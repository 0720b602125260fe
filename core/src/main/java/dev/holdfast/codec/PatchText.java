package dev.holdfast.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** The text of a patch while it is made. Once it is too long, nothing more is written. */
final class PatchText {

  private final JsonMapper mapper;
  private final int maxBytes;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private long growth;
  private boolean tooLong;

  PatchText(JsonMapper mapper, int maxBytes) {
    this.mapper = mapper;
    this.maxBytes = maxBytes;
  }

  /** Whether the effort can be spared. */
  boolean isTooLong() {
    return tooLong;
  }

  void add(Pointer at, byte[] value) {
    growth += value.length + at.naming();
    operation("add", at, value);
  }

  /**
   * Takes something away.
   *
   * @param size of its text
   */
  void remove(Pointer at, int size) {
    growth -= size + at.naming();
    operation("remove", at, new byte[0]);
  }

  void replace(Pointer at, int size, byte[] value) {
    growth += value.length - size;
    operation("replace", at, value);
  }

  private void operation(String name, Pointer at, byte[] value) {
    if (tooLong) {
      return;
    }
    write(text.size() == 0 ? "[" : ",");
    write("{\"op\":\"" + name + "\",\"path\":");
    text.writeBytes(mapper.writeValueAsBytes(at.toString()));
    if (value.length > 0) {
      write(",\"value\":");
      text.writeBytes(value);
    }
    write("}");
    tooLong = text.size() >= maxBytes;
  }

  private void write(String ascii) {
    text.writeBytes(ascii.getBytes(UTF_8));
  }

  /** What was written; empty if it is too long. */
  Optional<JsonPatch> patch() {
    if (text.size() == 0) {
      return Optional.of(new JsonPatch("[]".getBytes(UTF_8), 0));
    }
    write("]");
    return tooLong ? Optional.empty() : Optional.of(new JsonPatch(text.toByteArray(), growth));
  }
}
