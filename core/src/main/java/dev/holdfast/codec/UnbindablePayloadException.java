package dev.holdfast.codec;

/**
 * A payload is not of the action's payload type. The message names path and expected type, never
 * content, and may be shown to the sender.
 */
public final class UnbindablePayloadException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String path;

  UnbindablePayloadException(String path, String expected) {
    super("%s does not fit: expected %s".formatted(Paths.say(path, "The payload"), expected));
    this.path = path;
  }

  /** Where, such as {@code items[2].count}; empty where it is the whole. */
  public String path() {
    return path;
  }
}
