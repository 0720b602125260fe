package dev.holdfast.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the guide shows is what compiles and runs. */
final class GuideTest {

  @Test
  void theChapterOnTestingShowsTheTestThatRuns() throws IOException {
    Path root = Path.of(Files.exists(Path.of("docs")) ? "." : "..");
    String source =
        Files.readString(root.resolve("test/src/test/java/dev/holdfast/guide/CartTest.java"));
    String shown = source.substring(source.indexOf("// begin\n") + 9, source.indexOf("// end"));
    assertThat(Files.readString(root.resolve("docs/guide/testing.md")))
        .contains("```java\n" + shown.strip() + "\n```");
  }
}
