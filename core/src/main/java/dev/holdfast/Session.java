package dev.holdfast;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One client across its connections and restarts. Safe for many threads.
 *
 * <p>The id is public: it may be shown and logged. What proves to a server that a client owns the
 * session is its token, which only the code that speaks to the client ever sees.
 */
public interface Session {

  /** The public id; it never changes. */
  String id();

  /**
   * Who the server has found the client to be, if anyone: see {@link #authenticate}. Survives
   * restarts.
   */
  Optional<String> principal();

  /**
   * What the program has noted of the session, see {@link #setAttribute}; never written by a
   * client. Survives restarts.
   */
  Map<String, String> attributes();

  /**
   * What the client said of itself when it connected last, such as a language or a time zone.
   * <b>Nobody has verified any of it</b>: never decide by it who may do what. Not kept over a
   * restart; the client says it again. Members that are no text are JSON. Empty for sessions that
   * the program names.
   */
  Map<String, String> untrustedProps();

  /** Id, principal and attributes as they are now. */
  SessionView view();

  /**
   * Says who the client is: for the code that has checked a password, a ticket or the like. Called
   * by a handler it counts at once, and the handler's action is acknowledged when it is durable;
   * elsewhere this waits for that. It stays done if the handler then throws. Where a key depends on
   * the principal, the session goes to the new key as with an action.
   *
   * <p>Follow a log-in with {@link #rotate(Duration)} and no grace, if somebody else may have given
   * the client its token.
   *
   * @param principal 1 to 256 characters, not blank; null for nobody: a log-out
   * @throws IllegalArgumentException if it is not such a text
   * @throws OutcomeUnknownException if it was not stored in time; it counts, and is stored when it
   *     can be
   * @throws ClosedException if the session has ended
   */
  void authenticate(@Nullable String principal);

  /**
   * Notes something of the session, such as a role; kept as long as the session, and durable as for
   * {@link #authenticate}. At most 32.
   *
   * @param name 1 to 64 letters, digits, "_", "-" and "."
   * @param value at most 1,024 characters
   * @throws IllegalArgumentException if one is not such a text, or there are too many
   * @throws OutcomeUnknownException as for {@link #authenticate}
   * @throws ClosedException if the session has ended
   */
  void setAttribute(String name, String value);

  /** Takes an attribute away, if there is one; otherwise as {@link #setAttribute}. */
  void removeAttribute(String name);

  /** Gives the client a new token; the old one is good for at most 60 seconds (law N1). */
  default void rotate() {
    rotate(Duration.ofSeconds(60));
  }

  /**
   * Gives the client a new token. Its open connections are told when the new one is stored. The old
   * one is good until the new one is first used, and no longer than the grace: so that a client
   * whose link broke before it heard of the new one is not lost. Without grace such a client gets a
   * new session, and so does everybody who has only the old token. Waits as {@link #authenticate}.
   *
   * @param grace 0 to 60 s
   * @throws IllegalArgumentException if the grace is longer
   * @throws IllegalStateException if the program named the session: then there is no token
   * @throws OutcomeUnknownException if it was not stored in time; the old token stays good then
   * @throws ClosedException if the session has ended
   */
  void rotate(Duration grace);

  /**
   * The handle on this session's instance of a module: its own for {@link KeyStrategy#session()},
   * everyone's for {@link KeyStrategy#global()}, the one that the state names for {@link
   * KeyStrategy#withKey}. The handle follows the session from key to key.
   *
   * @throws IllegalArgumentException if the module is not one of the runtime's, or is {@link
   *     KeyStrategy#byId()}
   */
  <S> StateRef<S> ref(StateModule<S> module);

  /**
   * The handle on an instance of a {@link KeyStrategy#byId()} module, if the module admits this
   * session to it.
   *
   * @throws NotAdmittedException if it does not
   * @throws IllegalArgumentException if the module is not one of the runtime's, or is not {@code
   *     byId}, or the id is blank or too long
   */
  <S> StateRef<S> ref(StateModule<S> module, String id);

  /**
   * Takes the session to no key of a {@link KeyStrategy#withKey} module, whatever its state names:
   * it goes on with defaults, and the record that it was at stays as it is. The way out of a record
   * that names no key of its own, so that no action can change it (law K5). Does nothing if the
   * session has no key there. For the program; a client cannot ask for it.
   *
   * @throws IllegalArgumentException if the module is not one of the runtime's, or is not {@code
   *     withKey}
   * @throws IllegalStateException if called by a handler, which may hold what this waits for
   */
  <S> void unbind(StateModule<S> module);
}
