package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of hazards in the documents is true: every test that it names is there and says so. */
final class HazardListTest {

  private static final Path ROOT = Path.of("../..");
  private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\|.*\\|(.*)\\|$");
  private static final Pattern NAME = Pattern.compile("`(\\w+)`");

  @Test
  void everyHazardHasTheTestsThatTheListNames() throws IOException {
    Map<String, String> sources = sources();
    List<String> wrong = new ArrayList<>();
    int rows = 0;
    for (String line : Files.readAllLines(ROOT.resolve("docs/hazards.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows++;
        Pattern number =
            Pattern.compile(
                "@DisplayName\\([^)]*\\b(H|[hH]azards?[ \\d,and]* )" + row.group(1) + "\\b");
        NAME.matcher(row.group(2))
            .results()
            .map(name -> name.group(1))
            .filter(test -> !number.matcher(sources.getOrDefault(test, "")).find())
            .forEach(test -> wrong.add(row.group(1) + " " + test));
      }
    }
    assertThat(rows).isEqualTo(76);
    assertThat(wrong).isEmpty();
  }

  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file : files.filter(HazardListTest::isTest).toList()) {
        sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
      }
    }
    return sources;
  }

  private static boolean isTest(Path file) {
    String name = file.toString();
    return name.endsWith(".java") && name.contains("src") && !name.contains("target");
  }
}
