package dev.holdfast;

/** One transport link of a session. A session may have several. */
public interface SessionConnection extends AutoCloseable {

  /** The session. */
  Session session();

  /**
   * The secret that the client shows when it comes back: 256 random bits and the public id, safe in
   * a JSON string. Keep it out of URLs and logs. The newest one, after {@link Session#rotate}.
   */
  String token();

  /**
   * Runs a task each time that the session has got a new token, on the executor of user code, until
   * the connection is closed: the client has to be told. One task; a second replaces the first.
   */
  void onRotated(Runnable task);

  /** Whether the session began with this connection. */
  boolean isNew();

  /**
   * Says that the connection shows what a handle of its session stands for, and tells the module
   * when the client is {@linkplain StateModule.Builder#onReconnect back}: waits for that hook, so
   * that what is shown next has what it changed. What the hook throws is reported. The module hears
   * of the {@linkplain StateModule.Builder#onDisconnect end} when the session's last connection
   * about it is closed. Once for each handle.
   *
   * @throws IllegalArgumentException if the handle is not one of this session's
   */
  void attach(StateRef<?> ref);

  /**
   * Ends the connection: the time to live begins to count when it was the session's last. Does not
   * block; safe to call twice.
   */
  @Override
  void close();
}
