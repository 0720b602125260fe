package dev.holdfast;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client shows to prove that a session is its own: the session's public id, and a secret of
 * 256 random bits of which the store has only the hash.
 */
record Token(String id, String secret) {

  private static final Pattern FORM = Pattern.compile("([A-Za-z0-9_-]{22})\\.([A-Za-z0-9_-]{43})");

  /** A new one. */
  static Token draw(RandomGenerator random) {
    return of(text(random, 16), random);
  }

  /** A new one for a session that exists. */
  static Token of(String id, RandomGenerator random) {
    return new Token(id, text(random, 32));
  }

  private static String text(RandomGenerator random, int bytes) {
    byte[] drawn = new byte[bytes];
    random.nextBytes(drawn);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(drawn);
  }

  /** Reads what a client showed; null if it is no token. */
  static @Nullable Token parse(@Nullable String text) {
    if (text == null) {
      return null;
    }
    var matcher = FORM.matcher(text);
    return matcher.matches() ? new Token(matcher.group(1), matcher.group(2)) : null;
  }

  /** The hash of the secret, in hex. */
  String hash() {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(secret.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }

  /** Whether this is the token of that hash; takes the same time whatever the answer. */
  boolean matches(String secretHash) {
    return MessageDigest.isEqual(
        hash().getBytes(StandardCharsets.US_ASCII), secretHash.getBytes(StandardCharsets.US_ASCII));
  }

  /** What the client keeps. */
  String text() {
    return id + "." + secret;
  }

  /** Without the secret, for logs. */
  @Override
  public String toString() {
    return "Token[" + id + "]";
  }
}
