package dev.holdfast.local;

import dev.holdfast.save.SavePolicy;
import java.util.Map;
import java.util.TreeMap;

/** How often each of several programs has counted, and enough text to be cut in half. */
record Tally(Map<String, Integer> counts, String padding) {

  private static final Tally NONE = new Tally(Map.of(), "");

  static LocalState<Tally> open(Storage storage, String key, SavePolicy policy) {
    return LocalState.define(NONE, o -> o.persist(p -> p.key(key).storage(storage).save(policy)));
  }

  Tally plus(String name) {
    Map<String, Integer> more = new TreeMap<>(counts);
    int count = more.merge(name, 1, Integer::sum);
    return new Tally(more, String.valueOf(count % 10).repeat(20_000));
  }

  int of(String name) {
    return counts.getOrDefault(name, 0);
  }
}
