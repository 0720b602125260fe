package dev.holdfast;

/** One transport link of a session. A session may have several. */
public interface SessionConnection extends AutoCloseable {

  /** The session. */
  Session session();

  /**
   * The secret that the client shows when it comes back: 256 random bits and the public id, safe in
   * a JSON string. Keep it out of URLs and logs.
   */
  String token();

  /** Whether the session began with this connection. */
  boolean isNew();

  /**
   * Ends the connection: the time to live begins to count when it was the session's last. Does not
   * block; safe to call twice.
   */
  @Override
  void close();
}
