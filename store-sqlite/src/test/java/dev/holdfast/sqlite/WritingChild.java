package dev.holdfast.sqlite;

import java.nio.file.Path;

/**
 * Writes batches of ten new keys for as long as it lives, and prints the first number that is not
 * acknowledged yet after each.
 */
final class WritingChild {

  private static final int BATCH = 10;

  private WritingChild() {}

  /** Arguments: the file, and the number to begin at. */
  public static void main(String[] arguments) {
    SqliteStateStore store = SqliteStateStore.open(Path.of(arguments[0]));
    for (int next = Integer.parseInt(arguments[1]); ; next += BATCH) {
      System.out.println(next);
      System.out.flush();
      store.write(Samples.fresh(next, next + BATCH, "{\"filler\":\"" + "x".repeat(400) + "\"}"));
    }
  }
}
