package dev.holdfast;

import dev.holdfast.codec.JsonTree;
import dev.holdfast.codec.RecordCodec;
import dev.holdfast.codec.RecordForm;
import dev.holdfast.codec.StateCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a module says about the form of its records, checked when the module is built. */
final class RecordOptions {

  private final List<String> faults = new ArrayList<>();
  private @Nullable List<String> paths;
  private @Nullable List<String> exceptPaths;
  private @Nullable Integer version;
  private @Nullable Integer writes;
  private @Nullable Consumer<JsonTree> down;
  private final Map<Integer, Consumer<JsonTree>> steps = new TreeMap<>();
  private Unreadable onUnreadable = Unreadable.FAIL;
  private final List<String> formerNames = new ArrayList<>();

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
    once(what, before);
  }

  private void once(String what, @Nullable Object before) {
    if (before != null) {
      faults.add(what + " is said twice");
    }
  }

  void version(int given) {
    once("version", version);
    version = given;
  }

  void migrate(int from, Consumer<JsonTree> step) {
    if (steps.put(from, Objects.requireNonNull(step, "step")) != null) {
      faults.add("there are two steps from version " + from);
    }
  }

  void writes(int given, Consumer<JsonTree> step) {
    once("writes", writes);
    writes = given;
    down = Objects.requireNonNull(step, "down");
  }

  void onUnreadable(Unreadable choice) {
    onUnreadable = Objects.requireNonNull(choice, "choice");
  }

  Unreadable onUnreadable() {
    return onUnreadable;
  }

  void formerly(String name) {
    if (!StateModule.NAME.matcher(name).matches()) {
      faults.add("\"%s\" was never the name of a module".formatted(name));
    } else if (formerNames.contains(name)) {
      faults.add("formerly \"%s\" is said twice".formatted(name));
    }
    formerNames.add(name);
  }

  List<String> formerNames() {
    return List.copyOf(formerNames);
  }

  /**
   * The form of the records.
   *
   * @param name of the module
   * @param found receives what is wrong
   * @return null if something is
   */
  <S> @Nullable RecordCodec<S> codec(StateCodec<S> states, String name, List<String> found) {
    found.addAll(faults);
    if (paths != null && exceptPaths != null) {
      found.add("paths and exceptPaths are both said: say what to save, or what not to");
    }
    if (formerNames.contains(name)) {
      found.add("formerly \"%s\" is its present name".formatted(name));
    }
    int reads = version == null ? 1 : version;
    checkVersions(reads, found);
    if (!found.isEmpty()) {
      return null;
    }
    RecordForm form =
        new RecordForm(
            paths,
            exceptPaths == null ? List.of() : exceptPaths,
            reads,
            writes == null ? reads : writes,
            down,
            steps);
    try {
      return RecordCodec.of(states, form, Nearest::hint);
    } catch (IllegalArgumentException e) {
      found.add(e.getMessage());
      return null;
    }
  }

  private void checkVersions(int reads, List<String> found) {
    if (reads < 1) {
      found.add("a version is 1 or more, got " + reads);
      return;
    }
    if (writes != null && (writes < 1 || writes >= reads)) {
      found.add("writes is below the version, 1 to %d, got %d".formatted(reads - 1, writes));
    }
    for (int from : steps.keySet()) {
      if (from < 1 || from >= reads) {
        found.add("a step from version %d leads past version %d".formatted(from, reads));
      }
    }
    for (int from = 1; from < reads && found.size() < 10; from++) {
      if (!steps.containsKey(from)) {
        found.add("the step from version %d to %d is missing".formatted(from, from + 1));
      }
    }
  }
}
