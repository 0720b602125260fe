package dev.holdfast.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The parts of a run, each a contest or several. */
final class Studies {

  private static final List<Peer> COMMITTED =
      List.of(
          Peer.HOLDFAST_1K,
          Peer.RAW_STORE,
          Peer.UPSERT,
          Peer.HOLDFAST_5K,
          Peer.HAZELCAST_THROUGH,
          Peer.ECLIPSE_STORE,
          Peer.SPRING_SESSION);

  private static final List<Peer> BEHIND =
      List.of(
          Peer.HOLDFAST_BEHIND,
          Peer.MAP_COMPUTE,
          Peer.HAZELCAST_BEHIND,
          Peer.INFINISPAN_BEHIND,
          Peer.CAFFEINE_BEHIND);

  private static final List<Peer> KILLED =
      List.of(
          Peer.HOLDFAST_1K,
          Peer.UPSERT,
          Peer.HAZELCAST_THROUGH,
          Peer.ECLIPSE_STORE,
          Peer.SPRING_SESSION,
          Peer.HOLDFAST_BEHIND,
          Peer.CAFFEINE_BEHIND,
          Peer.HAZELCAST_BEHIND,
          Peer.INFINISPAN_BEHIND);

  private static final List<String> LATENCY = List.of("", "p50 µs", "p99 µs", "longest µs");

  /** Long enough for a peer to work at its speed. */
  private static final long MOMENT = TimeUnit.SECONDS.toNanos(2);

  private final Path folder;
  private final Plan plan;
  private final Findings findings;

  Studies(Path folder, Plan plan, Findings findings) {
    this.folder = folder;
    this.plan = plan;
    this.findings = findings;
  }

  void run(Part part) throws Exception {
    switch (part) {
      case COMMITTED -> committed();
      case BEHIND -> behind();
      case HOT -> hot();
      case HEAP -> heap();
      case RESTORE -> restore();
      case WIRE -> wire();
      case GROWTH -> growth();
      case STORE -> store();
      case LATENCY -> latency();
      case KILL -> kill();
    }
  }

  private void committed() throws IOException {
    List<Peer> peers = plan.isWhole() ? COMMITTED : COMMITTED.subList(0, 4);
    Bars chart =
        Bars.of("Committed actions, durable when acknowledged", "actions per second", sizes());
    for (int bytes : plan.sizes()) {
      Contest.Outcome outcome = contest(bytes, peers, peers);
      findings.add(
          new Table(
              "Committed actions, states of %,d bytes".formatted(bytes),
              "Durable when acknowledged. The raw store writes in the batch sizes that Holdfast had"
                  + " just before; its latency is a commit's.",
              List.of(
                  "peer",
                  "actions/s",
                  "rounds",
                  "p50 µs",
                  "p99 µs",
                  "kill -9 loses",
                  "power loses"),
              rows(outcome)));
      outcome.series().forEach((peer, series) -> bar(chart, peer, series));
      if (bytes == Plan.MAIN_SIZE) {
        findings.add(Goal.COMMITTED_VS_RAW_STORE, outcome.ratio(Peer.HOLDFAST_1K, Peer.RAW_STORE));
        findings.add(
            Goal.COMMITTED_VS_UPSERT_PER_ACTION, outcome.ratio(Peer.HOLDFAST_1K, Peer.UPSERT));
        findings.add(
            Goal.COMMITTED_SHARED_VS_UPSERT_PER_ACTION,
            outcome.ratio(Peer.HOLDFAST_5K, Peer.UPSERT));
      }
    }
    findings.add(chart);
  }

  private void behind() throws IOException {
    List<Peer> peers = plan.isWhole() ? BEHIND : BEHIND.subList(0, 4);
    Bars chart = Bars.of("Write-behind, acknowledged in memory", "actions per second", sizes());
    for (int bytes : plan.sizes()) {
      Contest.Outcome outcome = contest(bytes, peers, List.of());
      findings.add(
          new Table(
              "Write-behind actions, states of %,d bytes".formatted(bytes),
              "%d callers on %,d states, acknowledged in memory, saved to SQLite within a second"
                      .formatted(Setting.MANY, Setting.STATES)
                  + " where the peer can be told so. The map saves nothing.",
              List.of("peer", "actions/s", "rounds", "kill -9 loses", "power loses"),
              rows(outcome)));
      outcome.series().forEach((peer, series) -> bar(chart, peer, series));
      if (bytes == Plan.MAIN_SIZE) {
        Peer ours = Peer.HOLDFAST_BEHIND;
        findings.add(Goal.BEHIND_VS_HAZELCAST, outcome.ratio(ours, Peer.HAZELCAST_BEHIND));
        findings.add(Goal.BEHIND_VS_INFINISPAN, outcome.ratio(ours, Peer.INFINISPAN_BEHIND));
        findings.add(Goal.BEHIND_VS_MAP_COMPUTE, outcome.ratio(ours, Peer.MAP_COMPUTE));
      }
    }
    findings.add(chart);
  }

  private void hot() throws IOException {
    Contest.Outcome outcome =
        contest(Plan.MAIN_SIZE, List.of(Peer.HOLDFAST_HOT, Peer.LOCK), List.of());
    findings.add(plain("One hot instance", "Write-behind, beside an uncontended lock.", outcome));
    findings.add(Goal.HOT_INSTANCE_VS_LOCK, outcome.ratio(Peer.HOLDFAST_HOT, Peer.LOCK));
  }

  private void growth() throws IOException {
    Contest.Outcome outcome =
        contest(
            100,
            List.of(
                Peer.HOLDFAST_THOUSAND, Peer.MAP_THOUSAND, Peer.HOLDFAST_MILLION, Peer.MAP_MILLION),
            List.of());
    findings.add(
        plain(
            "From a thousand to a million",
            "Actions in memory on states of 100 bytes, far from each other; nothing is saved"
                + " meanwhile.",
            outcome));
    @Nullable Series few = outcome.ratio(Peer.HOLDFAST_THOUSAND, Peer.MAP_THOUSAND);
    @Nullable Series many = outcome.ratio(Peer.HOLDFAST_MILLION, Peer.MAP_MILLION);
    findings.add(Goal.GROWTH_1K_TO_1M, few == null || many == null ? null : few.by(many));
  }

  private void store() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    Path place = Files.createTempDirectory(folder, "store");
    try (PeerProcess process = PeerProcess.start(Peer.STORE_GROWTH, Plan.MAIN_SIZE, place)) {
      for (String pass : List.of("written in order", "overwritten", "again", "once more")) {
        double whole = process.run(0);
        Series tenths = Series.of(process.answer(Measured.Question.TENTHS));
        double[] latency = process.answer(Measured.Question.LATENCY);
        rows.add(
            List.of(
                pass,
                count(whole),
                count(tenths.least()) + " to " + count(tenths.most()),
                count(latency[0]),
                count(latency[1])));
      }
    } catch (PeerFailedException e) {
      findings.failed(e.why());
    } finally {
      delete(place);
    }
    findings.add(
        new Table(
            "A store of 1,000,000 records",
            "Raw batches of 1,000 records, one after the other; what is overwritten is drawn by"
                + " chance, each once. A commit's time in microseconds.",
            List.of("", "rows/s", "tenths", "p50 µs", "p99 µs"),
            rows));
  }

  private void heap() throws IOException {
    Contest.Outcome outcome = contest(Plan.MAIN_SIZE, List.of(Peer.HEAP), List.of());
    findings.add(
        new Table(
            "Memory of an idle instance",
            "Bytes of heap beside the user's state: it has acted, is saved, and its ids have run"
                + " out. A passivated one takes nothing.",
            List.of("", "bytes", "rounds"),
            plainRows(outcome)));
    findings.add(Goal.HEAP_PER_IDLE_INSTANCE, outcome.series().get(Peer.HEAP));
  }

  private void restore() throws IOException {
    List<Peer> peers = List.of(Peer.RESTORE, Peer.STORE_GET);
    Contest.Outcome outcome = contest(Plan.MAIN_SIZE, peers, peers);
    findings.add(
        latencies("Restoring", "Microseconds, by one caller, of records on a warm disk.", outcome));
    findings.add(Goal.RESTORE_VS_STORE_GET, outcome.ratio(Peer.RESTORE, Peer.STORE_GET));
  }

  private void wire() throws IOException {
    List<Peer> peers = List.of(Peer.WIRE_ACTIONS, Peer.ECHO, Peer.WIRE_WATCHED);
    Contest.Outcome outcome =
        contest(Plan.MAIN_SIZE, plan.isWhole() ? peers : peers.subList(0, 2), List.of());
    findings.add(
        plain(
            "Over the wire",
            "%,d connections, write-behind, with ids; clients and server share the machine."
                    .formatted(Setting.CONNECTIONS)
                + " The echo is the server's answer to a ping as long as an action.",
            outcome));
    findings.add(Goal.WEBSOCKET_VS_RAW_ECHO, outcome.ratio(Peer.WIRE_ACTIONS, Peer.ECHO));
  }

  private void latency() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (Peer peer : List.of(Peer.HOLDFAST_10, Peer.HOLDFAST_1K, Peer.HOLDFAST_5K)) {
      List<Peer> both = List.of(peer, Peer.RAW_STORE);
      Contest.Outcome outcome = contest(Plan.MAIN_SIZE, both, both);
      rows.addAll(latencyRows(outcome));
    }
    rows.addAll(
        latencyRows(
            contest(
                Plan.MAIN_SIZE,
                List.of(Peer.HOLDFAST_SLOW_DISK),
                List.of(Peer.HOLDFAST_SLOW_DISK))));
    findings.add(
        new Table(
            "How long an action takes",
            "Microseconds. Below each committed run, a raw commit in the batch sizes that it had. A"
                + " write-behind action never waits for the disk: its last line has one that takes"
                + " 100 ms for each commit; its longest times are the collector's and the"
                + " system's.",
            LATENCY,
            rows));
  }

  private void kill() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (Peer peer : KILLED) {
      Path place = Files.createTempDirectory(folder, "kill");
      try {
        double acknowledged;
        try (PeerProcess process = PeerProcess.start(peer, Plan.MAIN_SIZE, place)) {
          process.run(MOMENT); // Warm, and with something to lose.
          acknowledged = process.killAfter(MOMENT);
        }
        try (PeerProcess process = PeerProcess.start(peer, Plan.MAIN_SIZE, place)) {
          double stored = process.answer(Measured.Question.STORED)[0];
          rows.add(
              List.of(
                  peer.title(),
                  count(acknowledged),
                  count(Math.max(0, acknowledged - stored)),
                  peer.loss().whenKilled()));
        }
      } catch (PeerFailedException e) {
        findings.failed(e.why());
      } finally {
        delete(place);
      }
    }
    findings.add(
        new Table(
            "Killed",
            "With kill -9 while it works, then started again: how many of the actions acknowledged by"
                + " then are not in what it finds.",
            List.of("peer", "acknowledged", "lost", "it may lose"),
            rows));
  }

  private static Table latencies(String title, String note, Contest.Outcome outcome) {
    return new Table(title, note, LATENCY, latencyRows(outcome));
  }

  private static List<List<String>> latencyRows(Contest.Outcome outcome) {
    List<List<String>> rows = new ArrayList<>();
    outcome
        .latencies()
        .forEach(
            (peer, latency) ->
                rows.add(
                    List.of(
                        peer.title(),
                        count(latency.median()),
                        count(latency.p99()),
                        count(latency.most()))));
    return rows;
  }

  private static List<List<String>> rows(Contest.Outcome outcome) {
    List<List<String>> rows = new ArrayList<>();
    outcome
        .series()
        .forEach(
            (peer, series) -> {
              List<String> row = new ArrayList<>(figures(peer, series));
              Latency latency = outcome.latencies().get(peer);
              if (latency != null) {
                row.add(count(latency.median()));
                row.add(count(latency.p99()));
              }
              row.add(peer.loss().whenKilled());
              row.add(peer.loss().whenPowerFails());
              rows.add(row);
            });
    return rows;
  }

  private static Table plain(String title, String note, Contest.Outcome outcome) {
    return new Table(title, note, List.of("peer", "actions/s", "rounds"), plainRows(outcome));
  }

  private static List<List<String>> plainRows(Contest.Outcome outcome) {
    List<List<String>> rows = new ArrayList<>();
    outcome.series().forEach((peer, series) -> rows.add(figures(peer, series)));
    return rows;
  }

  private static List<String> figures(Peer peer, Series series) {
    return List.of(
        peer.title(),
        count(series.median()),
        count(series.least()) + " to " + count(series.most()));
  }

  private List<String> sizes() {
    return plan.sizes().stream().map("%,d bytes"::formatted).toList();
  }

  private static void bar(Bars chart, Peer peer, Series series) {
    chart.heights().computeIfAbsent(peer.title(), p -> new ArrayList<>()).add(series.median());
  }

  private Contest.Outcome contest(int bytes, List<Peer> peers, List<Peer> timed)
      throws IOException {
    Path place = Files.createTempDirectory(folder, "contest");
    try {
      Contest.Outcome outcome = new Contest(place, bytes, plan).among(peers, timed);
      outcome.failures().forEach(findings::failed);
      return outcome;
    } finally {
      delete(place);
    }
  }

  static String count(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
