package dev.holdfast.local;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a platform wants an application's data. */
final class AppFolder {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_. -]{0,99}");

  private AppFolder() {}

  static Path of(String app) {
    return of(
        app,
        System.getProperty("os.name", ""),
        Path.of(System.getProperty("user.home", "")),
        System::getenv);
  }

  /**
   * The folder.
   *
   * @param env may give null
   */
  static Path of(String app, String os, Path home, UnaryOperator<@Nullable String> env) {
    if (!NAME.matcher(app).matches() || app.endsWith(".") || app.endsWith(" ")) {
      throw new IllegalArgumentException(
          "An application's name is letters, digits, \".\", \"_\", \"-\" and spaces, begins with no"
              + " dot or space, ends with neither and has at most 100 characters, got \""
              + app
              + "\"");
    }
    return base(os.toLowerCase(Locale.ROOT), home, env).resolve(app);
  }

  private static Path base(String os, Path home, UnaryOperator<@Nullable String> env) {
    if (os.startsWith("windows")) {
      return named(env.apply("LOCALAPPDATA"), home.resolve("AppData").resolve("Local"));
    }
    if (os.startsWith("mac")) {
      return home.resolve("Library").resolve("Application Support");
    }
    return named(env.apply("XDG_DATA_HOME"), home.resolve(".local").resolve("share"));
  }

  /** A relative folder in the environment counts for nothing, as the XDG specification says. */
  private static Path named(@Nullable String folder, Path otherwise) {
    try {
      return folder != null && Path.of(folder).isAbsolute() ? Path.of(folder) : otherwise;
    } catch (InvalidPathException e) {
      return otherwise;
    }
  }

  /** The name of this program where nobody has said one; null if nothing tells. */
  static @Nullable String mainProgram() {
    String said = System.getProperty("holdfast.app");
    if (said != null) {
      return said;
    }
    String command = System.getProperty("sun.java.command", "").split(" ", 2)[0];
    String last = command.substring(command.lastIndexOf('/') + 1);
    String name = last.substring(last.lastIndexOf('\\') + 1).replaceFirst("\\.jar$", "");
    return NAME.matcher(name).matches() ? name : null;
  }
}
