package dev.holdfast.save;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The states of a store that are in trouble, the oldest trouble first. Safe for many threads. */
final class Troubles {

  // Guarded by this object's monitor.
  private final Map<Savable, Trouble> now = new LinkedHashMap<>();

  /** Returns whether it is a new one. */
  synchronized boolean begin(Savable state, String reason, Instant at) {
    Trouble before = now.get(state);
    now.put(state, new Trouble(state.key(), reason, before == null ? at : before.since()));
    return before == null;
  }

  /** Returns whether there was one. */
  synchronized boolean end(Savable state) {
    return now.remove(state) != null;
  }

  synchronized int size() {
    return now.size();
  }

  synchronized List<Trouble> first(int atMost) {
    return now.values().stream().limit(atMost).toList();
  }

  synchronized List<Savable> states() {
    return List.copyOf(now.keySet());
  }
}
