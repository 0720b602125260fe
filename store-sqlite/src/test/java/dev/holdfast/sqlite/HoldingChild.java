package dev.holdfast.sqlite;

import java.io.IOException;
import java.nio.file.Path;

/** Opens the store that is its argument, says so, and holds it until its input ends. */
final class HoldingChild {

  private HoldingChild() {}

  public static void main(String[] arguments) throws IOException {
    SqliteStateStore store = SqliteStateStore.open(Path.of(arguments[0]));
    store.write(Samples.fresh(0, 1, "{}"));
    System.out.println("open");
    System.out.flush();
    while (System.in.read() >= 0) {
      // Whoever started this process ends it.
    }
    store.close();
  }
}
