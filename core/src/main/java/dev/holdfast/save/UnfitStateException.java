package dev.holdfast.save;

/**
 * A state cannot become an entry of a batch: it cannot be encoded, say, or is too large. Thrown by
 * {@link Savable#prepare} and treated like a store's rejection.
 */
public final class UnfitStateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * With a reason.
   *
   * @param reason for people, without the content
   */
  public UnfitStateException(String reason) {
    super(reason, null, false, false);
  }

  /** Why, for people, without the content. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
