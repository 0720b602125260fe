package dev.holdfast.server;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What there is over plain HTTP: health, figures, our browser client and a program's files. */
final class Site {

  private static final String CLIENT = "holdfast.js";

  /** Only files of these types are served: a folder may hold more than is meant to be seen. */
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("mjs", "text/javascript; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("map", "application/json"),
          Map.entry("txt", "text/plain; charset=utf-8"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("jpg", "image/jpeg"),
          Map.entry("jpeg", "image/jpeg"),
          Map.entry("gif", "image/gif"),
          Map.entry("webp", "image/webp"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("wasm", "application/wasm"));

  private final StaticFiles files;
  private final Supplier<Boolean> healthy;
  private final Supplier<String> stats;

  Site(StaticFiles files, Supplier<Boolean> healthy, Supplier<String> stats) {
    this.files = files;
    this.healthy = healthy;
    this.stats = stats;
  }

  /**
   * Answers a request. Blocks.
   *
   * @param target path and query as they came
   * @param known the entity tags that the client has, if any
   */
  Reply answer(String method, String target, @Nullable String known) {
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return Reply.text(405, "Only GET and HEAD are possible here\n").with("Allow", "GET, HEAD");
    }
    Optional<List<String>> path = UrlPath.segments(target);
    if (path.isEmpty()) {
      return Reply.text(400, "The path is not well-formed\n");
    }
    return switch (String.join("/", path.get())) {
      case "health" -> healthy.get() ? Reply.text(200, "OK") : Reply.text(503, "store down");
      case "stats" ->
          new Reply(200, "application/json", Reply.text(200, stats.get()).body(), Map.of());
      case "" -> file(List.of("index.html"), known);
      default -> file(path.get(), known);
    };
  }

  private Reply file(List<String> path, @Nullable String known) {
    String type = TYPES.get(extension(path.getLast()));
    if (type == null || !path.stream().allMatch(Site::isHarmless)) {
      return notFound();
    }
    try {
      return read(path).map(body -> file(body, type, known)).orElseGet(Site::notFound);
    } catch (IOException e) {
      Failures.report("A file could not be read", e);
      return Reply.text(500, "The file could not be read\n");
    }
  }

  private Optional<byte[]> read(List<String> path) throws IOException {
    if (path.equals(List.of(CLIENT))) {
      try (InputStream in = Site.class.getResourceAsStream(CLIENT)) {
        return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
      }
    }
    return files.read(path);
  }

  private static Reply file(byte[] body, String type, @Nullable String known) {
    String tag = '"' + digest(body) + '"';
    boolean unchanged = known != null && (known.contains(tag) || known.equals("*"));
    return new Reply(
        unchanged ? 304 : 200, type, unchanged ? new byte[0] : body, Map.of("ETag", tag));
  }

  private static Reply notFound() {
    return Reply.text(404, "There is nothing here\n");
  }

  private static boolean isHarmless(String segment) {
    return !segment.isEmpty()
        && segment.charAt(0) != '.'
        && segment.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
  }

  private static String extension(String file) {
    int dot = file.lastIndexOf('.');
    return dot < 0 ? "" : file.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  private static String digest(byte[] body) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
