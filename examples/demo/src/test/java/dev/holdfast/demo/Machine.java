package dev.holdfast.demo;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What tests need of the machine. Where it is missing they are skipped, loudly; in CI they fail.
 */
final class Machine {

  private Machine() {}

  /** The first of the commands that is on the path, or ends the test. */
  static Path require(String... commands) {
    return Stream.of(commands)
        .map(Machine::find)
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(() -> missing(String.join(" or ", commands) + " is not installed", null));
  }

  /** Ends the test, because of what is missing. */
  static RuntimeException missing(String what, @Nullable Throwable cause) {
    if (Boolean.parseBoolean(System.getenv("CI"))) {
      return fail("CI=true, and " + what, cause);
    }
    System.out.println("SKIPPED: " + what + "; tests that need it do not run");
    return abort(what);
  }

  private static Optional<Path> find(String command) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .map(folder -> Path.of(folder, command))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
