package dev.holdfast.model;

import java.util.ArrayList;
import java.util.List;

/** Makes a history that breaks a law smaller, as long as it breaks the same law. */
final class Shrinker {

  private static final int MAX_RUNS = 3_000;

  private final String law;
  private History best;
  private int runs;

  private Shrinker(History history, String verdict) {
    this.best = history;
    this.law = law(verdict);
  }

  private static String law(String verdict) {
    return verdict.substring(0, verdict.indexOf(':'));
  }

  /** The smallest that was found. */
  static History shrink(History history, World.Outcome outcome) {
    if (outcome.verdict() == null) {
      throw new IllegalArgumentException("Nothing is wrong with " + history);
    }
    Shrinker shrinker = new Shrinker(history, outcome.verdict());
    shrinker.attempt(
        history.commands().subList(0, Math.min(outcome.at() + 1, history.commands().size())));
    boolean smaller = true;
    while (smaller && shrinker.runs < MAX_RUNS) {
      smaller = shrinker.dropChunks();
    }
    return shrinker.best;
  }

  private boolean dropChunks() {
    int before = best.commands().size();
    for (int chunk = Math.max(1, before / 2); chunk >= 1; chunk /= 2) {
      for (int at = 0; at < best.commands().size() && runs < MAX_RUNS; ) {
        List<Command> fewer = new ArrayList<>(best.commands());
        fewer.subList(at, Math.min(at + chunk, fewer.size())).clear();
        if (!attempt(fewer)) {
          at += chunk;
        }
      }
    }
    return best.commands().size() < before;
  }

  private boolean attempt(List<Command> commands) {
    runs++;
    History candidate = new History(best.plan(), List.copyOf(commands));
    String verdict = candidate.run().verdict();
    if (verdict == null || !law(verdict).equals(law)) {
      return false;
    }
    best = candidate;
    return true;
  }
}
