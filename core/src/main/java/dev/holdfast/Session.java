package dev.holdfast;

import java.util.Optional;

/**
 * One client across its connections and restarts. Safe for many threads.
 *
 * <p>The id is public: it may be shown and logged. What proves to a server that a client owns the
 * session is its token, which only the code that speaks to the client ever sees.
 */
public interface Session {

  /** The public id; it never changes. */
  String id();

  /** Who the server has found the client to be, if anyone. */
  Optional<String> principal();

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
