package dev.holdfast.codec;

/**
 * Stored JSON is not a state of the declared type. Nothing was guessed and nothing changed; the
 * bytes need a person, a migration, or the code that wrote them. The message names path and
 * expected type, never content.
 */
public final class UndecodableStateException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String path;

  UndecodableStateException(String path, String expected) {
    super("%s cannot be read: expected %s".formatted(Paths.say(path, "The state"), expected));
    this.path = path;
  }

  /** Where, such as {@code user.tags[2]}; empty where it is the whole. */
  public String path() {
    return path;
  }
}
