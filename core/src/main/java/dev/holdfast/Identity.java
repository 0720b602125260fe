package dev.holdfast;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who a session's client is, and what the program noted of it. The part of a session's row that
 * only the program writes (law K7).
 *
 * @param principal who the client is, if anyone
 * @param version rises with every change
 */
record Identity(@Nullable String principal, Map<String, String> attributes, long version) {

  static final int MAX_PRINCIPAL = 256;
  static final int MAX_ATTRIBUTES = 32;
  static final int MAX_VALUE = 1_024;

  static final Identity NOBODY = new Identity(null, Map.of(), 0);

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  /** Refuses what cannot be a principal. */
  static @Nullable String checkedPrincipal(@Nullable String principal) {
    if (principal != null
        && (principal.isBlank() || principal.length() > MAX_PRINCIPAL || !isText(principal))) {
      throw new IllegalArgumentException(
          "A principal is well-formed text of 1 to %d characters, not blank; got %d characters"
              .formatted(MAX_PRINCIPAL, principal.length()));
    }
    return principal;
  }

  /** Refuses what cannot be an attribute. */
  static void checkAttribute(String name, @Nullable String value) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "An attribute's name is 1 to 64 letters, digits, \"_\", \"-\" and \".\", got \"%s\""
              .formatted(name.length() > 64 ? name.substring(0, 64) + "..." : name));
    }
    if (value != null && (value.length() > MAX_VALUE || !isText(value))) {
      throw new IllegalArgumentException(
          "Attribute %s is well-formed text of at most %d characters, got %d"
              .formatted(name, MAX_VALUE, value.length()));
    }
  }

  private static boolean isText(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /** Whether somebody else is known to be here. */
  boolean isOtherThan(@Nullable String newcomer) {
    return newcomer != null && principal != null && !principal.equals(newcomer);
  }

  Identity as(@Nullable String now) {
    return Objects.equals(principal, now) ? this : new Identity(now, attributes, version + 1);
  }

  /**
   * With another value of an attribute.
   *
   * @param value null to take it away
   * @throws IllegalArgumentException if there are too many
   */
  Identity with(String name, @Nullable String value) {
    if (Objects.equals(attributes.get(name), value)) {
      return this;
    }
    Map<String, String> changed = new LinkedHashMap<>(attributes);
    if (value == null) {
      changed.remove(name);
    } else {
      changed.put(name, value);
    }
    if (changed.size() > MAX_ATTRIBUTES) {
      throw new IllegalArgumentException(
          "A session has at most %d attributes; there is no room for %s"
              .formatted(MAX_ATTRIBUTES, name));
    }
    return new Identity(principal, Map.copyOf(changed), version + 1);
  }

  SessionView view(String id) {
    return new SessionView(id, Optional.ofNullable(principal), attributes);
  }
}
