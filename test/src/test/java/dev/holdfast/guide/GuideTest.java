package dev.holdfast.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  @Test
  void theChapterOnLocalStatesShowsProgramsThatRun() throws IOException {
    Path root = Path.of(Files.exists(Path.of("docs")) ? "." : "..");
    String source =
        Files.readString(root.resolve("test/src/test/java/dev/holdfast/guide/SettingsTest.java"));
    String chapter = Files.readString(root.resolve("docs/guide/local.md"));
    for (String part : List.of("types", "first", "plugin")) {
      String shown =
          source.substring(
              source.indexOf("// begin " + part + "\n") + 10 + part.length(),
              source.indexOf("// end " + part));
      assertThat(chapter).contains("```java\n" + shown.stripIndent().strip() + "\n```");
    }
  }
}
