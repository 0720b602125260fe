package dev.holdfast.codec;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a module says about the form of its records.
 *
 * @param paths what to save; null for everything
 * @param exceptPaths what not to save
 * @param version of the schema that the code knows, from 1
 * @param writes the version that records are written in, at most {@code version}
 * @param down takes a state from {@code version} to {@code writes}; null where they are the same
 * @param steps for each version from 1 to {@code version - 1}, what takes a state to the next
 */
public record RecordForm(
    @Nullable List<String> paths,
    List<String> exceptPaths,
    int version,
    int writes,
    @Nullable Consumer<JsonTree> down,
    Map<Integer, Consumer<JsonTree>> steps) {

  /** Everything is saved, and the schema has one version. */
  public static final RecordForm WHOLE = new RecordForm(null, List.of(), 1, 1, null, Map.of());

  /**
   * Checks the versions.
   *
   * @throws IllegalArgumentException if they do not fit together
   */
  public RecordForm {
    paths = paths == null ? null : List.copyOf(paths);
    exceptPaths = List.copyOf(exceptPaths);
    steps = Map.copyOf(steps);
    boolean complete = steps.size() == version - 1;
    for (int from = 1; from < version; from++) {
      complete &= steps.containsKey(from);
    }
    if (version < 1 || writes < 1 || writes > version || (writes < version) != (down != null)) {
      throw new IllegalArgumentException(
          "Not versions: reads %d, writes %d".formatted(version, writes));
    }
    if (!complete) {
      throw new IllegalArgumentException(
          "Version %d needs a step from each version before".formatted(version));
    }
  }
}
