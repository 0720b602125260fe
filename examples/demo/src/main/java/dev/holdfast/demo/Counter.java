package dev.holdfast.demo;

import dev.holdfast.KeyStrategy;
import dev.holdfast.StateModule;
import org.jspecify.annotations.Nullable;

/** A count of one's own: each session has another. */
record Counter(int count) {

  /** How much to add; 1 when left out. */
  record Increment(@Nullable Integer by) {}

  static StateModule<Counter> module() {
    return StateModule.define("Counter", new Counter(0))
        .persist(KeyStrategy.session())
        .reduce("increment", counter -> counter.plus(1))
        .reduce("increment", Increment.class, Counter::increment)
        .build();
  }

  private Counter increment(Increment increment) {
    Integer by = increment.by();
    return plus(by == null ? 1 : by);
  }

  private Counter plus(int by) {
    return new Counter(Math.addExact(count, by));
  }
}
