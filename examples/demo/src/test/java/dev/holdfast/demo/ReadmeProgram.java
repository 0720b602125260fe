package dev.holdfast.demo;

import dev.holdfast.Holdfast;
import dev.holdfast.KeyStrategy;
import dev.holdfast.StateModule;
import dev.holdfast.sqlite.SqliteStateStore;
import java.nio.file.Path;

/** The README's program, as it stands there between the two marks. */
final class ReadmeProgram {

  private ReadmeProgram() {}

  // begin
  record Counter(int count) {}

  public static void main(String[] args) {
    var counter =
        StateModule.define("Counter", new Counter(0))
            .persist(KeyStrategy.global())
            .reduce("increment", c -> new Counter(c.count() + 1))
            .build();
    try (var app = Holdfast.open(SqliteStateStore.open(Path.of("counter.db")), counter)) {
      System.out.println("Run " + app.ref(counter).dispatch("increment").count());
    }
  }
  // end
}
