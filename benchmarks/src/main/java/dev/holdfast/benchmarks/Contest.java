package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.Measured.Question;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Peers that are measured in turns, A B C A B C, so that what changes on the machine meanwhile
 * changes all of them. A peer that fails is left out, and the others go on.
 */
final class Contest {

  /** Whose batch sizes the raw store follows, if it comes next. */
  private static final Set<Peer> LED =
      EnumSet.of(Peer.HOLDFAST_10, Peer.HOLDFAST_1K, Peer.HOLDFAST_5K);

  private final Path folder;
  private final int bytes;
  private final Plan plan;

  /**
   * @param bytes how large a state is as JSON, about
   */
  Contest(Path folder, int bytes, Plan plan) {
    this.folder = folder;
    this.bytes = bytes;
    this.plan = plan;
  }

  /**
   * What the peers did; those that failed are missing.
   *
   * @param series by peer, in the order given
   * @param latencies of the peers asked for it: of each, the median of its rounds
   * @param failures one line for each peer that failed
   */
  record Outcome(Map<Peer, Series> series, Map<Peer, Latency> latencies, List<String> failures) {

    /** One by the other, round by round; null if either is missing. */
    @Nullable Series ratio(Peer ours, Peer theirs) {
      Series a = series.get(ours);
      Series b = series.get(theirs);
      return a == null || b == null ? null : a.by(b);
    }
  }

  /** A peer that takes part. */
  private static final class Entrant {
    final PeerProcess process;
    final List<Double> figures = new ArrayList<>();
    final List<double[]> latencies = new ArrayList<>();

    Entrant(PeerProcess process) {
      this.process = process;
    }

    Peer peer() {
      return process.peer();
    }

    /** What was measured so far was to get warm. */
    void forget() {
      figures.clear();
      latencies.clear();
    }
  }

  /**
   * Measures them, after a round to get warm.
   *
   * @param timed whose latencies are of interest
   */
  Outcome among(List<Peer> peers, List<Peer> timed) throws IOException {
    List<Entrant> entrants = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    try {
      for (Peer peer : peers) {
        try {
          entrants.add(new Entrant(PeerProcess.start(peer, bytes, folder.resolve(peer.name()))));
        } catch (PeerFailedException e) {
          failures.add(e.why());
        }
      }
      round(entrants, timed, failures, plan.warmUp());
      entrants.forEach(Entrant::forget);
      for (int round = 0; round < plan.rounds(); round++) {
        round(entrants, timed, failures, plan.nanos());
      }
    } finally {
      for (Entrant entrant : entrants) {
        entrant.process.close();
      }
    }
    return outcome(entrants, failures);
  }

  private static void round(
      List<Entrant> entrants, List<Peer> timed, List<String> failures, long nanos)
      throws IOException {
    double[] batches = {};
    for (Entrant entrant : List.copyOf(entrants)) {
      PeerProcess process = entrant.process;
      try {
        if (entrant.peer() == Peer.RAW_STORE) {
          process.follow(batches);
        }
        entrant.figures.add(process.run(nanos));
        if (LED.contains(entrant.peer())) {
          batches = process.answer(Question.BATCHES);
        }
        if (timed.contains(entrant.peer())) {
          entrant.latencies.add(process.answer(Question.LATENCY));
        }
      } catch (PeerFailedException e) {
        entrants.remove(entrant);
        failures.add(e.why());
      }
    }
  }

  private static Outcome outcome(List<Entrant> entrants, List<String> failures) {
    Map<Peer, Series> series = new LinkedHashMap<>();
    Map<Peer, Latency> latencies = new LinkedHashMap<>();
    for (Entrant entrant : entrants) {
      series.put(entrant.peer(), new Series(entrant.figures));
      if (!entrant.latencies.isEmpty()) {
        latencies.put(entrant.peer(), Latency.median(entrant.latencies));
      }
    }
    return new Outcome(series, latencies, failures);
  }
}
