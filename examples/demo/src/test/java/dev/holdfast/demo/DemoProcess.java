package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The demo in a process of its own, so that it can be killed. */
final class DemoProcess implements AutoCloseable {

  private static final Pattern READY = Pattern.compile("Holdfast demo: http://localhost:(\\d+)/");

  private final Process process;
  private final Path errors;

  private DemoProcess(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
  }

  /**
   * Starts the demo without waiting for it.
   *
   * @param folder for its data and its error output, which later starts add to
   * @param port 0 for any free one
   * @param prefix a command to run it under
   */
  static DemoProcess launch(Path folder, int port, String... prefix) throws IOException {
    return launch(folder, List.of("--port", "" + port, "--data", "" + data(folder)), prefix);
  }

  static DemoProcess launch(Path folder, List<String> options, String... prefix)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(prefix));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx512m", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Demo.class.getName()));
    command.addAll(options);
    Path errors = folder.resolve("stderr.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
            .start();
    return new DemoProcess(process, errors);
  }

  static Path data(Path folder) {
    return folder.resolve("data");
  }

  /** Waits until it serves, and returns its port. */
  int port() throws IOException {
    String line =
        CompletableFuture.supplyAsync(this::firstLine, Thread::startVirtualThread)
            .orTimeout(60, TimeUnit.SECONDS)
            .join();
    Matcher matcher = READY.matcher(line);
    assertThat(matcher.matches()).as("printed \"%s\"; errors: %s", line, errors()).isTrue();
    return Integer.parseInt(matcher.group(1));
  }

  private String firstLine() {
    try {
      String line = process.inputReader().readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      return e.toString();
    }
  }

  static URI socket(int port) {
    return URI.create("ws://localhost:%d/ws".formatted(port));
  }

  /** Lets it run; fails if it ends by itself. */
  void run(long millis) throws IOException, InterruptedException {
    boolean ended = process.waitFor(millis, TimeUnit.MILLISECONDS);
    assertThat(ended).as("the demo ended by itself; errors: %s", errors()).isFalse();
  }

  /** SIGKILL; returns once it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the demo has ended").isTrue();
    return process.exitValue();
  }

  String errors() throws IOException {
    return Files.readString(errors);
  }

  /** Kills it and whatever it runs under or has started. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
  }
}
