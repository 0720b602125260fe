package dev.holdfast.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The side-by-side runs. Everything is measured in turns, A B C A B C, each peer in a process of
 * its own, on one disk; figures are medians over the rounds, and only their ratios mean anything on
 * another machine.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures Holdfast beside others that do the same work on the same disk.",
    footer = "With --jmh, the small benchmarks instead; what follows it is for JMH.")
public final class Bench implements Callable<Integer> {

  private static final String JMH = "--jmh";

  private static final Set<Part> QUICK =
      EnumSet.of(Part.COMMITTED, Part.BEHIND, Part.HOT, Part.HEAP, Part.RESTORE, Part.WIRE);

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--quick",
      description =
          "Under 90 seconds: short rounds, states of one size, and only the peers that a ratio"
              + " needs. Its report goes to the build's folder.")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description =
          "Only these parts: committed, behind, hot, heap, restore, wire, growth, store, latency, kill."
              + " Nothing is written.")
  private List<String> only = List.of();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A folder on the disk to measure; a temporary one by default.")
  private Path data = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(
      names = "--results",
      paramLabel = "DIR",
      description = "Where RESULTS.md and its charts are written; nowhere by default.")
  private @Nullable Path results;

  @Option(
      names = "--idle-sessions",
      paramLabel = "N",
      description = "Instead, so many sessions on one server, of which 1,000 act: memory, latency.")
  private @Nullable Integer idleSessions;

  /** Runs it. What follows {@code --jmh} is for JMH, which then runs instead. */
  public static void main(String[] args) throws IOException {
    int small = Arrays.asList(args).indexOf(JMH);
    if (small >= 0) {
      org.openjdk.jmh.Main.main(Arrays.copyOfRange(args, small + 1, args.length));
    } else {
      System.exit(commandLine().execute(args));
    }
  }

  static CommandLine commandLine() {
    return new CommandLine(new Bench());
  }

  @Override
  public Integer call() throws Exception {
    Set<Part> parts = parts();
    if (idleSessions != null && idleSessions < IdleSessions.FEWEST) {
      throw wrong(
          "--idle-sessions is %d or more, because so many act, got %d"
              .formatted(IdleSessions.FEWEST, idleSessions));
    }
    Files.createDirectories(data);
    Path folder = Files.createTempDirectory(data, "holdfast-bench");
    try {
      if (idleSessions != null) {
        IdleSessions.measure(folder, idleSessions);
      } else {
        measure(folder, parts);
      }
    } finally {
      Studies.delete(folder);
    }
    return 0;
  }

  private ParameterException wrong(@Nullable String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }

  private Set<Part> parts() {
    if (only.isEmpty()) {
      return quick ? QUICK : EnumSet.allOf(Part.class);
    }
    Set<Part> parts = EnumSet.noneOf(Part.class);
    for (String name : only) {
      try {
        parts.add(Part.of(name));
      } catch (IllegalArgumentException e) {
        throw wrong(e.getMessage());
      }
    }
    return parts;
  }

  private void measure(Path folder, Set<Part> parts) throws Exception {
    Plan plan = quick ? Plan.QUICK : Plan.FULL;
    Findings findings = new Findings(System.out);
    Studies studies = new Studies(folder, plan, findings);
    long begin = System.nanoTime();
    for (Part part : parts) {
      studies.run(part);
    }
    long seconds = (System.nanoTime() - begin) / 1_000_000_000;
    if (only.isEmpty() && results != null) {
      new Report(plan, findings, Machine.here(folder), seconds).write(place(results));
    }
    System.out.printf("The %s run took %d s.%n", plan.name(), seconds);
    List<String> out = new ArrayList<>(Part.titles());
    parts.forEach(part -> out.remove(part.title()));
    if (!out.isEmpty()) {
      System.out.println("Left out: " + String.join(", ", out));
    }
    findings.ratioLines().forEach(System.out::println);
  }

  /** A quick run does not take the place of a full one's figures. */
  private Path place(Path folder) throws IOException {
    return Files.createDirectories(quick ? folder.resolve("target") : folder);
  }
}
