package dev.holdfast;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who connects, as far as a transport knows.
 *
 * @param principal who the transport has <b>verified</b> the client to be; null for nobody known
 * @param untrustedProps what the client says of itself. Nobody has verified any of it
 */
public record Visitor(@Nullable String principal, Map<String, String> untrustedProps) {

  /** Nobody known, who says nothing. */
  public static final Visitor ANONYMOUS = new Visitor(null, Map.of());

  private static final int MAX_PROPS = 64;
  private static final int MAX_PROPS_LENGTH = 8_192;

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if the principal is blank or has more than 256 characters, or
   *     the props are more than 64 or have more than 8,192 characters together
   */
  public Visitor {
    principal = Identity.checkedPrincipal(principal);
    untrustedProps = Map.copyOf(untrustedProps);
    int length =
        untrustedProps.entrySet().stream()
            .mapToInt(prop -> prop.getKey().length() + prop.getValue().length())
            .sum();
    if (untrustedProps.size() > MAX_PROPS || length > MAX_PROPS_LENGTH) {
      throw new IllegalArgumentException(
          "A client has at most %d props of %d characters together, got %d of %d"
              .formatted(MAX_PROPS, MAX_PROPS_LENGTH, untrustedProps.size(), length));
    }
  }

  /** Without the content, for logs. */
  @Override
  public String toString() {
    return "Visitor[%s]".formatted(principal == null ? "anonymous" : "known");
  }
}
