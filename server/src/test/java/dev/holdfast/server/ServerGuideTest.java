package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the guide says of the server is so. */
final class ServerGuideTest {

  private static final Path ROOT = Files.isDirectory(Path.of("docs")) ? Path.of("") : Path.of("..");
  private static final Path GUIDE = ROOT.resolve("docs/guide");
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");
  private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @ParameterizedTest
  @EnumSource
  void everyLimitIsInTheTable(Limit limit) throws IOException {
    assertThat(Files.readString(GUIDE.resolve("server.md")))
        .contains(
            String.format(
                Locale.ROOT,
                "| `%s` | %s | %,d to %,d | %,d |",
                limit.option(),
                limit.unit().plural(),
                limit.lowest(),
                limit.highest(),
                limit.usual()));
  }

  @Test
  void everyTestThatTheTableOfThreatsNamesIsThere() throws IOException {
    Map<String, String> sources = sources();
    List<String> missing = new ArrayList<>();
    Matcher named = TEST.matcher(Files.readString(GUIDE.resolve("security.md")));
    int count = 0;
    while (named.find()) {
      count++;
      String source = sources.getOrDefault(named.group(1), "");
      if (source.isEmpty()
          || (named.group(2) != null && !source.contains("void " + named.group(2) + "("))) {
        missing.add(named.group());
      }
    }
    assertThat(count).isGreaterThan(25);
    assertThat(missing).isEmpty();
  }

  @Test
  void everySnippetIsCompiled() throws IOException {
    String compiled = squeezed(sources().getOrDefault("ServerGuideSnippets", ""));
    Matcher snippet = SNIPPET.matcher(Files.readString(GUIDE.resolve("server.md")));
    int count = 0;
    while (snippet.find()) {
      count++;
      assertThat(compiled).contains(squeezed(snippet.group(1)));
    }
    assertThat(count).isEqualTo(2);
  }

  private static String squeezed(String code) {
    return code.replaceAll("\\s+", "");
  }

  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (String module : new String[] {"core", "test", "server", "store-sqlite"}) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
        }
      }
    }
    return sources;
  }
}
