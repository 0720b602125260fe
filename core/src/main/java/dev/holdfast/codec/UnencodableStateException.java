package dev.holdfast.codec;

/**
 * A state cannot be written as JSON: it holds itself, nests too deeply, or holds a value that its
 * declared type does not allow. The message names the path, never content.
 */
public final class UnencodableStateException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String path;

  UnencodableStateException(String path, String reason) {
    super("%s cannot be kept: %s".formatted(Paths.say(path, "The state"), reason));
    this.path = path;
  }

  /** Where, such as {@code user.tags[2]}; empty where it is the whole. */
  public String path() {
    return path;
  }
}
