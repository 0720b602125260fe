package dev.holdfast.server.protocol;

import java.util.Arrays;

/**
 * JSON text in UTF-8, shared between connections: nobody changes the bytes.
 *
 * @param utf8 the text
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode below are by content
public record Json(byte[] utf8) {

  private static final int EMPTY = 2;

  /** Whether it is an array, as the caller knows, without elements. */
  public boolean isEmptyArray() {
    return utf8.length == EMPTY;
  }

  /** By content. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Json json && Arrays.equals(utf8, json.utf8);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(utf8);
  }

  /** The length only. */
  @Override
  public String toString() {
    return "Json[" + utf8.length + " bytes]";
  }
}
