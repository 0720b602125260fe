package dev.holdfast.server.protocol;

import org.jspecify.annotations.Nullable;

/** What the server says. States are JSON text in UTF-8 and are passed on as they are. */
public sealed interface ServerMessage {

  /** The connection belongs to a session now. */
  record SessionAck(String sessionId, boolean isNew) implements ServerMessage {
    /** Leaves the token out. */
    @Override
    public String toString() {
      return "SessionAck[isNew=" + isNew + "]";
    }
  }

  /** A message that shows a module's whole state. */
  sealed interface Shown extends ServerMessage {
    /** The module. */
    String module();

    /** The instance, where the caller names it. */
    @Nullable String instance();

    /** The state. */
    Json state();

    /** The connection's own count of what it was shown of this module, from 0. */
    long revision();
  }

  /** The state at first, with revision 0. */
  record InitialTree(String module, @Nullable String instance, Json state) implements Shown {
    @Override
    public long revision() {
      return 0;
    }
  }

  /** The state after a change. */
  record StateUpdate(String module, @Nullable String instance, Json state, long revision)
      implements Shown {}

  /**
   * What has changed, for a client that says it understands this.
   *
   * @param patch what turns the state shown with revision {@code from} into the new one (RFC 6902)
   */
  record StatePatch(String module, @Nullable String instance, Json patch, long from, long revision)
      implements ServerMessage {}

  /** The connection is over, and its session with it as far as this client is concerned. */
  record SessionExpired(String sessionId, String reason) implements ServerMessage {
    /** Leaves the token out. */
    @Override
    public String toString() {
      return "SessionExpired[" + reason + "]";
    }
  }

  /** The session has a new token, which the client shows from now on. */
  record SessionRotated(String sessionId) implements ServerMessage {
    /** Leaves the token out. */
    @Override
    public String toString() {
      return "SessionRotated[]";
    }
  }

  /**
   * The outcome of an action that carried an id.
   *
   * @param failure null if the action is acknowledged
   */
  record ActionResult(String id, @Nullable Failure failure) implements ServerMessage {}

  /** Anything else that went wrong. */
  record ErrorMessage(
      Failure failure, @Nullable String module, @Nullable String instance, @Nullable String action)
      implements ServerMessage {}
}
