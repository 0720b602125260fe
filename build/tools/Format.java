import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks ({@code check}) or rewrites ({@code write}) the format of every Java file below a folder.
 */
public class Format {
  public static void main(String[] args) throws Exception {
    boolean write = args[0].equals("write");
    Path root = Path.of(args[1]);
    List<Path> files;
    try (var walk = Files.walk(root)) {
      files =
          walk.filter(p -> p.toString().endsWith(".java"))
              .filter(p -> !root.relativize(p).toString().matches("(.*/)?(target|node_modules)/.*"))
              .sorted()
              .toList();
    }
    var formatter = new Formatter(JavaFormatterOptions.defaultOptions());
    List<Path> wrong = new ArrayList<>();
    for (Path file : files) {
      String before = Files.readString(file);
      String after;
      try {
        after =
            formatter.formatSource(
                RemoveUnusedImports.removeUnusedImports(
                    ImportOrderer.reorderImports(before, JavaFormatterOptions.Style.GOOGLE)));
      } catch (Exception e) {
        System.err.println(root.relativize(file) + ": " + e.getMessage());
        System.exit(2);
        return;
      }
      if (!after.equals(before)) {
        wrong.add(root.relativize(file));
        if (write) {
          Files.writeString(file, after);
        }
      }
    }
    if (!wrong.isEmpty()) {
      System.err.println((write ? "Formatted: " : "Not formatted: ") + wrong);
      if (!write) {
        System.err.println("Format them with: mvn -N validate -Dformat=write");
        System.exit(1);
      }
    }
  }
}
