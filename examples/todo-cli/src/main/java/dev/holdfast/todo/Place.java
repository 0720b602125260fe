package dev.holdfast.todo;

import dev.holdfast.local.LocalState;
import dev.holdfast.local.Storage;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.sqlite.SqliteStateStore;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the list is kept: the platform's data folder, a folder, or an SQLite file. */
final class Place {

  private static final String APP = "holdfast-todo";
  private static final String SQLITE = "sqlite:";

  /** What begins like this is no folder that anybody means; a letter alone is a drive. */
  private static final Pattern SCHEME = Pattern.compile("\\p{Alpha}{2,}:.*");

  private final @Nullable String name;

  /**
   * @param name {@code sqlite:FILE}, a folder, or null for the platform's
   * @throws IllegalArgumentException if it is neither
   */
  Place(@Nullable String name) {
    if (name != null
        && (name.isBlank()
            || name.equals(SQLITE)
            || (SCHEME.matcher(name).matches() && !name.startsWith(SQLITE)))) {
      throw new IllegalArgumentException("sqlite:FILE or a folder, got \"%s\"".formatted(name));
    }
    this.name = name;
  }

  /** Does something with the list; what it changes is on the disk when this returns. */
  <T> T with(Function<LocalState<TodoList>, T> task) {
    if (name != null && name.startsWith(SQLITE)) {
      try (var store = SqliteStateStore.open(Path.of(name.substring(SQLITE.length())))) {
        return with(Storage.of(store), task);
      }
    }
    return with(name == null ? Storage.forApp(APP) : folder(name), task);
  }

  private static Storage folder(String name) {
    return Storage.inFolder(Path.of(name));
  }

  private static <T> T with(Storage storage, Function<LocalState<TodoList>, T> task) {
    LocalState<TodoList> list =
        LocalState.define(
            TodoList.EMPTY,
            o -> o.persist(p -> p.key("todos").storage(storage).save(SavePolicy.committed())));
    try {
      return task.apply(list);
    } finally {
      list.dispose();
    }
  }

  @Override
  public String toString() {
    return name == null ? Storage.forApp(APP).toString() : name;
  }
}
