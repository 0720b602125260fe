package dev.holdfast;

import dev.holdfast.store.StateKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A runtime closed without having saved everything. All else was closed properly. Nobody was told
 * that these changes are durable, unless their module is write-behind.
 */
public final class UnsavedChangesException extends HoldfastException {
  private static final long serialVersionUID = 1L;

  private static final int SHOWN = 5;

  private final transient List<StateKey> keys;
  private final transient @Nullable Path rescueFile;

  UnsavedChangesException(List<StateKey> keys, @Nullable Path rescueFile) {
    super(
        "Closed with unsaved changes of %d keys, among them %s; %s"
            .formatted(
                keys.size(),
                keys.stream().limit(SHOWN).map(Reports::shown).toList(),
                rescueFile == null
                    ? "they are lost"
                    : "they are in %s, for the next start".formatted(rescueFile)),
        null);
    this.keys = List.copyOf(keys);
    this.rescueFile = rescueFile;
  }

  /** The keys whose newest changes are not in the store. */
  public List<StateKey> keys() {
    return keys;
  }

  /**
   * The file that they are in. The next runtime with it offers them to the store before anything
   * else; empty if there is none, or it could not be written, and they are lost.
   */
  public Optional<Path> rescueFile() {
    return Optional.ofNullable(rescueFile);
  }

  /** {@code unsaved-changes}. */
  @Override
  public String code() {
    return "unsaved-changes";
  }
}
