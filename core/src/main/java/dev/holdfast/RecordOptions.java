package dev.holdfast;

import dev.holdfast.codec.RecordCodec;
import dev.holdfast.codec.StateCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a module says about the form of its records, checked when the module is built. */
final class RecordOptions {

  private final List<String> faults = new ArrayList<>();
  private @Nullable List<String> paths;
  private @Nullable List<String> exceptPaths;

  void paths(String... given) {
    check("paths", given, paths);
    paths = List.of(given);
  }

  void exceptPaths(String... given) {
    check("exceptPaths", given, exceptPaths);
    exceptPaths = List.of(given);
  }

  private void check(String what, String[] given, @Nullable List<String> before) {
    if (given.length == 0) {
      faults.add(what + " names no path");
    }
    if (before != null) {
      faults.add(what + " is said twice: name all paths at once");
    }
  }

  /**
   * The form of the records.
   *
   * @param found receives what is wrong
   * @return null if something is
   */
  <S> @Nullable RecordCodec<S> codec(StateCodec<S> states, List<String> found) {
    found.addAll(faults);
    if (paths != null && exceptPaths != null) {
      found.add("paths and exceptPaths are both said: say what to save, or what not to");
    }
    try {
      return RecordCodec.of(
          states, paths, exceptPaths == null ? List.of() : exceptPaths, Nearest::hint);
    } catch (IllegalArgumentException e) {
      found.add(e.getMessage());
      return null;
    }
  }
}
