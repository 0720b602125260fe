package dev.holdfast.server;

import org.jspecify.annotations.Nullable;

/**
 * The cookie in which a browser may carry its session's token. Scripts cannot read it, pages of
 * other sites do not send it along with what they post, and over TLS no other host and no plain
 * link can set it.
 *
 * @param secure whether the server speaks TLS
 */
record SessionCookie(boolean secure) {

  private static final String NAME = "holdfast";
  private static final String FLAGS = "; Path=/; HttpOnly; SameSite=Lax";

  /** {@code holdfast}, or {@code __Host-holdfast} over TLS: browsers then hold it to its rules. */
  String name() {
    return secure ? "__Host-" + NAME : NAME;
  }

  /** The value of a {@code Set-Cookie} header that gives a browser this token. */
  String setting(String token) {
    return name() + "=" + token + FLAGS + (secure ? "; Secure" : "");
  }

  /** The token in a {@code Cookie} header; null if there is none. Of several the first counts. */
  @Nullable String tokenIn(@Nullable String header) {
    if (header == null) {
      return null;
    }
    String start = name() + "=";
    for (String cookie : header.split(";", -1)) {
      String text = cookie.strip();
      if (text.startsWith(start) && text.length() > start.length()) {
        return text.substring(start.length());
      }
    }
    return null;
  }
}
