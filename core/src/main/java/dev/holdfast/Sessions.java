package dev.holdfast;

import java.util.Optional;
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
  default SessionConnection connect(@Nullable String token) {
    return connect(token, Visitor.ANONYMOUS);
  }

  /**
   * The same for a client of whom something is known. A session whose principal is somebody else
   * counts as unknown, so that who is verified gets a new one. A session without a principal gets
   * the visitor's, and a new token with it: whoever planted the old one in the client gains
   * nothing. Who is not verified comes into the session as it is.
   *
   * @throws OutcomeUnknownException if the new token was not stored in time; the old one stays good
   */
  SessionConnection connect(@Nullable String token, Visitor visitor);

  /**
   * The same, if the token is good; empty instead of a new session.
   *
   * @throws LoadException if the store did not answer; the token stays good
   */
  Optional<SessionConnection> resume(String token, Visitor visitor);

  /** How many sessions have a connection now. */
  int connected();

  /** How many sessions are in memory without a connection, waiting for their client. */
  int waiting();
}
