package dev.holdfast;

import java.util.Map;
import java.util.Optional;

/**
 * A session as it was at one moment: what the server knows of it and of who is behind it. Nothing
 * in it comes from the client.
 *
 * @param id the public id
 * @param principal see {@link Session#principal}
 * @param attributes see {@link Session#attributes}
 */
public record SessionView(String id, Optional<String> principal, Map<String, String> attributes) {

  /** What code without a session is taken for. */
  static final SessionView NOBODY = Identity.NOBODY.view("");

  /** Copies the attributes. */
  public SessionView {
    attributes = Map.copyOf(attributes);
  }

  /** Without attributes' values, for logs. */
  @Override
  public String toString() {
    return "SessionView[" + id + "]";
  }
}
