package dev.holdfast.demo;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command that serves the demo until it is told to stop. Exit codes: 0 after SIGTERM or SIGINT
 * with everything saved, 1 when it could not start or not save, 2 for options it does not know.
 */
@Command(
    name = "holdfast demo",
    description = "Serves three modules and their page, kept in an embedded store.")
public final class Demo implements Callable<Integer> {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @Option(
      names = "--port",
      description = "The port to serve on; 0 for any free one. Default: ${DEFAULT-VALUE}")
  private int port = 8080;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The folder to keep the state in, made if missing. Default: ${DEFAULT-VALUE}")
  private Path data = Path.of("holdfast-data");

  /** Runs the command and exits with its code. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Demo()).execute(args));
  }

  @Override
  public Integer call() {
    DemoServer server;
    try {
      server = DemoServer.start(port, data);
    } catch (StartException e) {
      System.err.println("Holdfast demo: " + e.getMessage());
      return 1;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop"));
    System.out.println("Holdfast demo: http://localhost:%d/".formatted(server.port()));
    server.join();
    return 0;
  }

  /** A JVM that ends by a signal exits with 128 + n; one that has saved everything shall say 0. */
  private static void stop(DemoServer server) {
    int code = 0;
    try {
      server.close();
    } catch (RuntimeException e) {
      System.err.println("Holdfast demo: could not stop cleanly: " + e.getMessage());
      code = 1;
    }
    System.err.flush();
    System.out.flush();
    Runtime.getRuntime().halt(code);
  }
}
