package dev.holdfast.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Many sessions on one server, each with a connection and subscribed, and all but 1,000 silent:
 * what one costs in resident memory, and how long a committed action takes for those that act, once
 * a second each. The server is a process of its own, so that its memory is its own; sockets end at
 * the system's bound on open files.
 */
final class IdleSessions {

  private static final int WARM = 500;

  /** All of them act then. */
  static final int FEWEST = 1_000;

  private static final int ACTIONS = 15;
  private static final int OPENING = 64;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Process server;
  private final BufferedReader answers;
  private final BufferedWriter orders;
  private final int port;
  private final List<WireClient> clients = new ArrayList<>();

  private IdleSessions(Process server) throws IOException {
    this.server = server;
    this.answers = new BufferedReader(new InputStreamReader(server.getInputStream(), UTF_8));
    this.orders = new BufferedWriter(new OutputStreamWriter(server.getOutputStream(), UTF_8));
    this.port = Integer.parseInt(answers.readLine());
  }

  static void measure(Path folder, int sessions) throws Exception {
    Process server =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n $(ulimit -Hn); exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                IdleServer.class.getName(),
                folder.resolve("idle.db").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      new IdleSessions(server).measure(sessions);
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  private void measure(int sessions) throws Exception {
    open(WARM);
    act(clients.subList(0, WARM), 2);
    long before = residentBytes();
    open(sessions);
    long after = residentBytes();
    System.out.printf(
        Locale.ROOT,
        "%d sessions connected and subscribed: %d MiB resident, %.1f KiB for each%n",
        clients.size(),
        after >> 20,
        (after - before) / 1024.0 / sessions);
    long[] took = act(clients.subList(0, FEWEST), ACTIONS);
    System.out.printf(
        Locale.ROOT,
        "%d of them act, one committed action a second each: p50 %.2f ms, p99 %.2f ms, longest %.2f"
            + " ms%n",
        FEWEST,
        millis(took[took.length / 2]),
        millis(took[took.length * 99 / 100]),
        millis(took[took.length - 1]));
    for (WireClient client : clients) {
      client.close();
    }
  }

  private static double millis(long nanos) {
    return nanos / 1e6;
  }

  private void open(int more) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(OPENING)) {
      List<Future<WireClient>> opened = new ArrayList<>();
      for (int i = 0; i < more; i++) {
        opened.add(threads.submit(() -> WireClient.open(port, "/ws/Counter")));
      }
      for (Future<WireClient> client : opened) {
        clients.add(client.get());
      }
    }
  }

  /** How long each action took, sorted, in nanoseconds. */
  private static long[] act(List<WireClient> some, int actions) throws Exception {
    long[] took = new long[some.size() * actions];
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < some.size(); i++) {
        int mine = i;
        running.add(threads.submit(() -> act(some.get(mine), mine, some.size(), actions, took)));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
    Arrays.sort(took);
    return took;
  }

  /**
   * Counted from when the action was due, so that a stall is not hidden by what waits behind it.
   */
  private static void act(WireClient client, int mine, int all, int actions, long[] took) {
    long due = System.nanoTime() + SECOND * mine / all;
    for (int n = 0; n < actions; n++, due += SECOND) {
      while (due > System.nanoTime()) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      try {
        client.increment();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      took[mine * actions + n] = System.nanoTime() - due;
    }
  }

  /** Of the server, after a collection of its garbage. */
  private long residentBytes() throws IOException {
    orders.write("gc\n");
    orders.flush();
    answers.readLine();
    for (String line : Files.readAllLines(Path.of("/proc/" + server.pid() + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException("The system does not tell how much memory a process has");
  }
}
