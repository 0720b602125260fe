package dev.holdfast.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The side-by-side runs. Everything is measured in turns, A B C A B C, in one process on one disk;
 * figures are medians over the rounds, and only their ratios mean anything on another machine.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures Holdfast beside the bare store and beside one upsert per action.")
public final class Bench implements Callable<Integer> {

  private static final int INSTANCES = 1_000;

  @Option(names = "--quick", description = "Three rounds of 2 s each instead of seven of 5 s.")
  private boolean quick;

  @Option(
      names = "--data",
      description = "A folder on the disk to measure; a temporary one by default.")
  private Path data = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(
      names = "--idle-sessions",
      description = "Instead, so many sessions on one server, of which 1,000 act: memory, latency.")
  private int idleSessions;

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Bench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Files.createDirectories(data);
    Path folder = Files.createTempDirectory(data, "holdfast-bench");
    try {
      if (idleSessions > 0) {
        IdleSessions.measure(folder, idleSessions);
      } else {
        measure(folder);
      }
    } finally {
      delete(folder);
    }
    return 0;
  }

  private void measure(Path folder) throws Exception {
    int rounds = quick ? 3 : 7;
    long nanos = TimeUnit.SECONDS.toNanos(quick ? 2 : 5);
    try (var few =
            new CommittedActions(Files.createDirectory(folder.resolve("few")), INSTANCES, 1_000);
        var many =
            new CommittedActions(Files.createDirectory(folder.resolve("many")), INSTANCES, 5_000);
        var raw = new RawStore(folder, INSTANCES);
        var upsert = new UpsertPerAction(folder, INSTANCES)) {
      List<Measured> all = List.of(few, raw, upsert, many);
      for (Measured one : all) {
        one.run(nanos / 2); // Warm-up: code compiled, records there.
      }
      few.batchSizes();
      List<List<Double>> figures = new ArrayList<>();
      all.forEach(one -> figures.add(new ArrayList<>()));
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < all.size(); i++) {
          figures.get(i).add(all.get(i).run(nanos));
          if (i == 0) {
            List<Integer> sizes = few.batchSizes();
            raw.batchSizes(sizes);
            System.out.printf(
                Locale.ROOT,
                "  batches of %.0f on average%n",
                sizes.stream().mapToInt(s -> s).average().orElse(0));
          }
        }
      }
      report(all, figures);
      ratio("committed-vs-raw-store", figures.get(0), figures.get(1), 0.90);
      ratio("committed-vs-upsert-per-action", figures.get(0), figures.get(2), 20);
      ratio("committed-shared-vs-upsert-per-action", figures.get(3), figures.get(2), 60);
    }
  }

  private static void report(List<Measured> all, List<List<Double>> figures) {
    for (int i = 0; i < all.size(); i++) {
      List<Double> of = figures.get(i);
      System.out.printf(
          Locale.ROOT,
          "%-40s %,12.0f/s  (%,.0f to %,.0f)%n",
          all.get(i).name(),
          Measured.median(of),
          of.stream().min(Double::compare).orElse(0.0),
          of.stream().max(Double::compare).orElse(0.0));
    }
  }

  /** The median of the rounds' ratios: what disturbs a round disturbs both sides of it. */
  private static void ratio(String name, List<Double> ours, List<Double> theirs, double goal) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      ratios.add(ours.get(i) / theirs.get(i));
    }
    double ratio = Measured.median(ratios);
    System.out.printf(
        Locale.ROOT, "RATIO %s %.2f %.2f %s%n", name, ratio, goal, ratio >= goal ? "ok" : "short");
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
