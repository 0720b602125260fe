package dev.holdfast.todo;

import dev.holdfast.HoldfastException;
import dev.holdfast.local.LocalState;
import dev.holdfast.store.StateStoreException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** A to-do list in the terminal. Several may run at once: none loses what another has said. */
@Command(
    name = "todo",
    description = "A to-do list that remembers.",
    mixinStandardHelpOptions = true,
    version = "todo 0.1.0")
final class Todo implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;

  private Place place = new Place(null);

  @Option(
      names = "--storage",
      scope = ScopeType.INHERIT,
      paramLabel = "PLACE",
      description = "sqlite:FILE or a folder; by default the platform's folder for data.")
  void storage(@Nullable String name) {
    try {
      place = new Place(name);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(line(), "--storage: " + e.getMessage(), e);
    }
  }

  /** Prints the list. */
  @Override
  public Integer call() {
    return list();
  }

  @Command(description = "Prints the list, as without a command.")
  int list() {
    show(place.with(LocalState::state));
    return 0;
  }

  @Command(description = "Adds something to do.")
  int add(@Parameters(paramLabel = "WORD", arity = "1..*") List<String> words) {
    return change(list -> list.add(String.join(" ", words)));
  }

  @Command(description = "Says that something is done.")
  int done(@Parameters(paramLabel = "NUMBER") int number) {
    return change(list -> checked(list, number).done(number));
  }

  @Command(description = "Removes something.")
  int remove(@Parameters(paramLabel = "NUMBER") int number) {
    return change(list -> checked(list, number).remove(number));
  }

  @Command(description = "Removes what is done.")
  int clear() {
    return change(TodoList::withoutDone);
  }

  private int change(UnaryOperator<TodoList> change) {
    show(
        place.with(
            list -> {
              list.update(change);
              return list.state();
            }));
    return 0;
  }

  private TodoList checked(TodoList list, int number) {
    if (!list.has(number)) {
      throw new ParameterException(
          line(),
          list.items().isEmpty()
              ? "There is nothing on the list"
              : "There is no number %d: say 1 to %d".formatted(number, list.items().size()));
    }
    return list;
  }

  private CommandLine line() {
    if (spec == null) {
      throw new IllegalStateException("Only picocli calls this");
    }
    return spec.commandLine();
  }

  private void show(TodoList list) {
    PrintWriter out = line().getOut();
    for (int i = 0; i < list.items().size(); i++) {
      TodoList.Item item = list.items().get(i);
      out.printf("%2d [%s] %s%n", i + 1, item.done() ? "x" : " ", item.title());
    }
    out.printf("%d to do%n", list.open());
    out.flush();
  }

  /** The command line, which says in a line what went wrong with the place. */
  static CommandLine commandLine() {
    Todo todo = new Todo();
    CommandLine line = new CommandLine(todo);
    line.setExecutionExceptionHandler(
        (error, command, parsed) -> {
          if (error instanceof StateStoreException || error instanceof HoldfastException) {
            command.getErr().printf("todo: %s (in %s)%n", error.getMessage(), todo.place);
            return command.getCommandSpec().exitCodeOnExecutionException();
          }
          throw error;
        });
    return line;
  }

  public static void main(String[] args) {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
    System.exit(commandLine().execute(args));
  }
}
