package dev.holdfast.model;

import dev.holdfast.StateModule;
import java.time.Duration;
import java.util.List;

/**
 * What a world is like.
 *
 * @param seed of everything else that is left to chance
 * @param slots how many runtimes share the store
 * @param wide whether everything can happen there, or what could in the first worlds
 */
record Plan(
    long seed, SeededScheduler.Order order, int slots, int clients, int users, boolean wide) {

  Plan(long seed, SeededScheduler.Order order, int slots, int clients, int users) {
    this(seed, order, slots, clients, users, false);
  }

  List<StateModule<Book>> modules() {
    return wide ? Modules.ALL : Modules.FEW;
  }

  /** In every other world instances leave memory as soon as they may. */
  Duration passivateAfter() {
    return Duration.ofSeconds((seed & 1) == 0 ? 60 : 1);
  }

  /** In every fourth world there is room for next to none. */
  int maxInstances() {
    return (seed & 6) == 0 ? 2 : 1_000_000;
  }

  String user(int number) {
    return "user" + number % users;
  }

  String room(int number) {
    return "room" + number % 2;
  }
}
