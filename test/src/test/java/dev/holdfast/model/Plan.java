package dev.holdfast.model;

/**
 * What a world is like.
 *
 * @param seed of everything else that is left to chance
 * @param slots how many runtimes share the store
 */
record Plan(long seed, SeededScheduler.Order order, int slots, int clients, int users) {

  String user(int number) {
    return "user" + number % users;
  }

  String room(int number) {
    return "room" + number % 2;
  }
}
