package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * The door through which a transport ties connections to sessions. Programs that name their
 * sessions themselves use {@link Holdfast#session} instead. Safe for many threads.
 */
public interface Sessions {

  /**
   * Begins a connection: of the session that the token belongs to, or of a new one if the token is
   * null, blank, malformed, unknown or expired. Waits for the store if the session is not in
   * memory.
   *
   * <p>A new session is known after a restart once anything was acknowledged under it, at the
   * latest 5 seconds after this call. Its time to live counts from the end of its last connection.
   *
   * @param token what the client showed, or null
   * @return the connection, to be closed when it ends
   * @throws LoadException if the store did not answer; the token stays good
   */
  SessionConnection connect(@Nullable String token);

  /** How many sessions have a connection now. */
  int connected();

  /** How many sessions are in memory without a connection, waiting for their client. */
  int waiting();
}
