package dev.holdfast.server;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the URL of a WebSocket names. */
sealed interface Endpoint {

  /** {@code /ws/{module}} or {@code /ws/{module}/{id}}. */
  record One(Target target) implements Endpoint {}

  /** {@code /ws}: the client's hello names the modules. */
  record Several() implements Endpoint {}

  /** Nothing that this server has. */
  record Unknown(String problem) implements Endpoint {}

  /**
   * Reads a path.
   *
   * @param path the decoded segments behind {@code /ws}
   */
  static Endpoint of(List<String> path, Modules modules) {
    if (path.isEmpty()) {
      return new Several();
    }
    if (path.size() > 2) {
      return new Unknown("The path is /ws, /ws/{module} or /ws/{module}/{id}");
    }
    return switch (modules.find(path.getFirst(), path.size() == 2 ? path.get(1) : null)) {
      case Modules.Found found -> new One(found.target());
      case Modules.Missing missing -> new Unknown(missing.problem());
    };
  }

  /** The one target, if there is only one. */
  default @Nullable Target only() {
    return this instanceof One one ? one.target() : null;
  }
}
