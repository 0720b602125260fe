package dev.holdfast.server;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * What every answer tells browsers to refuse: scripts and styles of other hosts or inside pages,
 * being framed, guessing types, telling other sites where a visitor was, and, where the server
 * speaks TLS, ever coming without it again.
 *
 * @param secure whether the server speaks TLS
 */
record SecurityHeaders(boolean secure) {

  private static final String CONTENT =
      String.join(
          "; ",
          "default-src 'self'",
          "img-src 'self' data:",
          "object-src 'none'",
          "base-uri 'none'",
          "form-action 'self'",
          "frame-ancestors 'none'");
  private static final String A_YEAR = "max-age=31536000";

  void addTo(HttpHeaders headers) {
    headers
        .set("Content-Security-Policy", CONTENT)
        .set("X-Content-Type-Options", "nosniff")
        .set("X-Frame-Options", "DENY")
        .set("Referrer-Policy", "no-referrer")
        .set("Cross-Origin-Opener-Policy", "same-origin");
    if (secure) {
      headers.set("Strict-Transport-Security", A_YEAR);
    }
  }
}
