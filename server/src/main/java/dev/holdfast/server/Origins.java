package dev.holdfast.server;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may open a WebSocket: a browser says in {@code Origin} where a page is from. Programs
 * send none, and could send any: they are let in.
 */
final class Origins {

  static final String ANY = "*";

  /** Scheme, host and port, in small letters. Any host that a browser can say, also "my_host". */
  private static final Pattern ORIGIN =
      Pattern.compile(
          "([a-z][a-z0-9+.-]*)://([^/?#@\\\\\\s:\\[\\]]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");

  private final Set<String> allowed;
  private final boolean secure;

  /**
   * Origins that are allowed beside the server's own.
   *
   * @throws IllegalArgumentException if one is neither {@link #ANY} nor scheme, host and port
   */
  Origins(Collection<String> allowed) {
    this(allowed, false);
  }

  private Origins(Collection<String> allowed, boolean secure) {
    this.allowed = allowed.stream().map(Origins::checked).collect(Collectors.toUnmodifiableSet());
    this.secure = secure;
  }

  /** The same for a server that speaks TLS: a page that came without it is not its own. */
  Origins overTls() {
    return new Origins(allowed, true);
  }

  /** These and more, as for the constructor. */
  Origins and(Collection<String> more) {
    return new Origins(Stream.concat(allowed.stream(), more.stream()).toList(), secure);
  }

  /** Whether a page of this origin, reaching the server under this host, may. */
  boolean admits(@Nullable String origin, @Nullable String host) {
    if (origin == null || allowed.contains(ANY)) {
      return true;
    }
    String page = normal(origin);
    return page != null && (allowed.contains(page) || isSame(page, host));
  }

  private boolean isSame(String page, @Nullable String host) {
    return host != null
        && (!secure || page.startsWith("https://"))
        && page.equals(normal(page.substring(0, page.indexOf("://") + 3) + host));
  }

  private static String checked(String origin) {
    String normal = origin.equals(ANY) ? ANY : normal(origin);
    if (normal == null) {
      throw new IllegalArgumentException(
          "An origin is \"*\" or like https://example.com:8443, without a path, got \"%s\""
              .formatted(origin));
    }
    return normal;
  }

  /** As browsers write it: in small letters, without the scheme's own port; null if it is none. */
  private static @Nullable String normal(String origin) {
    Matcher parts = ORIGIN.matcher(origin.toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      return null;
    }
    String scheme = parts.group(1);
    String port = parts.group(3);
    boolean implied = port == null || port.equals(scheme.equals("https") ? ":443" : ":80");
    return scheme + "://" + parts.group(2) + (implied ? "" : port);
  }
}
