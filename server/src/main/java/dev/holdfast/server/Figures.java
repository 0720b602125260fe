package dev.holdfast.server;

import dev.holdfast.Health;
import dev.holdfast.Holdfast;

/** How a server stands, in numbers, for people who operate it. */
final class Figures {

  private final Holdfast app;
  private final OpenConnections open;

  Figures(Holdfast app, OpenConnections open) {
    this.app = app;
    this.open = open;
  }

  /** As JSON. */
  String json() {
    Health health = app.health();
    return """
        {"activeSessions":%d,"pendingSessions":%d,"totalConnections":%d,"instances":%d,\
        "dirtyKeys":%d,"dirtyBytes":%d,"degradedInstances":%d,"lastCommit":%s}"""
        .formatted(
            app.sessions().connected(),
            app.sessions().waiting(),
            open.count(),
            app.instances(),
            health.dirtyKeys(),
            health.dirtyBytes(),
            health.degradedInstances(),
            health.lastCommit().map(at -> "\"" + at + "\"").orElse("null"));
  }
}
