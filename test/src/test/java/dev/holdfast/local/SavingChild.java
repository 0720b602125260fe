package dev.holdfast.local;

import dev.holdfast.save.SavePolicy;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A program that changes a state all the time, and prints what it was told is saved. Arguments: a
 * folder, a key, a name, and how many changes, 0 for ever.
 */
final class SavingChild {

  private SavingChild() {}

  public static void main(String[] args) {
    String name = args[2];
    int changes = Integer.parseInt(args[3]);
    LocalState<Tally> tally =
        Tally.open(
            Storage.inFolder(Path.of(args[0])),
            args[1],
            SavePolicy.writeBehind(Duration.ofMillis(1), Duration.ofMillis(5)));
    System.out.println("ready");
    for (int i = 1; changes == 0 || i <= changes; i++) {
      tally.update(t -> t.plus(name));
      tally.flush();
      System.out.println("saved " + i);
    }
    System.exit(0);
  }
}
