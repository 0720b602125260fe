package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The browser client alone: its own tests, its types, and that it is what the server serves. */
final class ClientTest {

  private static final Path CLIENT = Path.of("../../client").toAbsolutePath().normalize();

  @Test
  void itsTestsPass() throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--test"));
    try (Stream<Path> tests = Files.list(CLIENT.resolve("test"))) {
      tests.map(Path::toString).filter(test -> test.endsWith(".test.js")).forEach(arguments::add);
    }
    assertThat(arguments).hasSizeGreaterThan(1);
    Node.run(CLIENT, arguments.toArray(String[]::new)).isFine();
  }

  @Test
  void itsTypesAreStrictAndTrue() throws Exception {
    String compiler = Node.packaged("typescript/bin/tsc").toString();
    Node.run(CLIENT, compiler, "-p", CLIENT.toString()).isFine();
  }

  @Test
  void theServerServesTheFileThatIsPublished() throws Exception {
    try (var served = ClassLoader.getSystemResourceAsStream("dev/holdfast/server/holdfast.js")) {
      assertThat(served).isNotNull();
      assertThat(served.readAllBytes())
          .isEqualTo(Files.readAllBytes(CLIENT.resolve("holdfast.js")));
    }
  }
}
