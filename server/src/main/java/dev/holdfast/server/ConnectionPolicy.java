package dev.holdfast.server;

/**
 * What happens when a client shows the token of a session that is still connected: the normal case
 * on flaky networks, where the server has not yet noticed that the old connection is dead. Counted
 * per session and module, so that one browser may hold connections of two modules.
 */
public enum ConnectionPolicy {
  /**
   * The new connection wins. The old one is told {@code sessionExpired}, "kicked", and closed; what
   * it sent and was not yet begun changes nothing. The default.
   */
  KICK_OLD,

  /**
   * The old connection stays. The new one is told {@code sessionExpired}, "kicked", and closed. A
   * client whose connection broke unnoticed is locked out until the server notices.
   */
  REJECT_NEW,

  /** Both live. */
  ALLOW_MULTIPLE
}
