package dev.holdfast.codec;

/**
 * A step from one schema version to the next failed on a record. Nothing was changed; the step has
 * to be mended. The message names the step and, if it is known, the path, never content; the cause
 * is what the step threw.
 */
public final class MigrationFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int from;

  MigrationFailedException(int from, Throwable cause) {
    super(
        "The step from schema version %d failed: %s"
            .formatted(
                from,
                cause instanceof UndecodableStateException
                    ? cause.getMessage()
                    : cause.getClass().getSimpleName()),
        cause);
    this.from = from;
  }

  /** The version that the step goes on from. */
  public int from() {
    return from;
  }
}
