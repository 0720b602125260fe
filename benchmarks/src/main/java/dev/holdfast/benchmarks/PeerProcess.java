package dev.holdfast.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.benchmarks.Measured.Question;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The other end of a peer's process. All peers have the same options; each has a JVM to itself, so
 * that none runs on what the compiler learnt from another, and none pays for another's garbage.
 */
final class PeerProcess implements AutoCloseable {

  private static final List<String> OPTIONS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          // What the manuals of Hazelcast and EclipseStore ask for.
          "--add-modules=java.se",
          "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.management/sun.management=ALL-UNNAMED",
          "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED",
          "-Dorg.jboss.logging.provider=slf4j",
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=error");

  private static final int SECONDS_TO_END = 30;
  private static final int LINES_SHOWN = 3;

  private final Peer peer;
  private final Process process;
  private final Path errors;
  private final BufferedReader answers;
  private final BufferedWriter orders;

  private PeerProcess(Peer peer, Process process, Path errors) {
    this.peer = peer;
    this.process = process;
    this.errors = errors;
    this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    this.orders = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8));
  }

  /** Returns once the peer is ready. */
  static PeerProcess start(Peer peer, int bytes, Path folder)
      throws IOException, PeerFailedException {
    Files.createDirectories(folder);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    command.addAll(peer.jvmOptions());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            PeerMain.class.getName(),
            peer.name(),
            Integer.toString(bytes),
            folder.toString()));
    Path errors = folder.resolve("stderr.txt");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    PeerProcess started = new PeerProcess(peer, process, errors);
    started.read();
    return started;
  }

  Peer peer() {
    return peer;
  }

  double run(long nanos) throws IOException, PeerFailedException {
    return ask("run " + nanos)[0];
  }

  double[] answer(Question question) throws IOException, PeerFailedException {
    return ask("answer " + question);
  }

  void follow(double[] batches) throws IOException, PeerFailedException {
    ask(
        "follow "
            + Arrays.stream(batches).mapToObj(Double::toString).collect(Collectors.joining(" ")));
  }

  /** Lets it work for so long, kills it, and returns how much it had acknowledged by then. */
  double killAfter(long nanos) throws IOException {
    write("run-telling " + TimeUnit.HOURS.toNanos(1));
    long end = System.nanoTime() + nanos;
    double acknowledged = 0;
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      if (line.contains(".")) { // The last one may be cut off.
        acknowledged = Math.max(acknowledged, Double.parseDouble(line));
      }
      if (System.nanoTime() > end) {
        process.toHandle().destroyForcibly(); // The process itself would close what is to be read.
      }
    }
    return acknowledged;
  }

  private double[] ask(String order) throws IOException, PeerFailedException {
    write(order);
    return read();
  }

  private void write(String order) throws IOException {
    orders.write(order);
    orders.newLine();
    orders.flush();
  }

  private double[] read() throws IOException, PeerFailedException {
    String line = answers.readLine();
    if (line == null) {
      throw new PeerFailedException("%s failed: %s".formatted(peer.title(), said()));
    }
    return line.isEmpty()
        ? new double[0]
        : Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  /** What its errors begin with; the whole is in its folder for as long as that is there. */
  private String said() throws IOException {
    return Files.readAllLines(errors).stream()
        .filter(line -> line.contains("Exception") || line.contains("Error"))
        .limit(LINES_SHOWN)
        .collect(Collectors.joining(" / "));
  }

  @Override
  public void close() throws IOException {
    try (orders;
        answers) {
      orders.flush();
    }
    try {
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
