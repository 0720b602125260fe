package dev.holdfast.store;

import java.util.Objects;

/**
 * Names one record: a module, the scope its key came from, and an id within both. Two keys are the
 * same record only if all three are equal, character by character: no spelling of an id reaches
 * another module or scope, and a store must keep it so (ids may hold any Unicode text, separators
 * and NUL included).
 *
 * @param module the module's name, not blank
 * @param scope which kind of key strategy the id came from
 * @param id the id, not blank, at most {@value #MAX_ID_LENGTH} characters; {@code "global"} by
 *     convention for {@link Scope#GLOBAL}
 */
public record StateKey(String module, Scope scope, String id) {

  /** The longest id that a key may hold, in characters. */
  public static final int MAX_ID_LENGTH = 4_096;

  private static final String GLOBAL_ID = "global";

  /** The kind of key strategy that an id came from. */
  public enum Scope {
    /** One session's own; the id is the session's public id. */
    SESSION,
    /** Shared by everyone. */
    GLOBAL,
    /** Named by the state or by the caller. */
    KEYED
  }

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the module or the id is blank, or the id is too long
   */
  public StateKey {
    Objects.requireNonNull(scope, "scope");
    if (module.isBlank()) {
      throw new IllegalArgumentException("A key needs the name of a module, got a blank one");
    }
    if (id.isBlank()) {
      throw new IllegalArgumentException(
          "A key of module " + module + " needs an id, got a blank one; null means \"no key now\"");
    }
    if (id.length() > MAX_ID_LENGTH) {
      throw new IllegalArgumentException(
          "A key of module %s has an id of %d characters; at most %d are allowed"
              .formatted(module, id.length(), MAX_ID_LENGTH));
    }
  }

  /** {@inheritDoc} The same in every run of the program, unlike that of an enum constant. */
  @Override
  public int hashCode() {
    return (module.hashCode() * 31 + scope.name().hashCode()) * 31 + id.hashCode();
  }

  /** The key of a module that everyone shares. */
  public static StateKey global(String module) {
    return new StateKey(module, Scope.GLOBAL, GLOBAL_ID);
  }

  /** The key of a session's own record of a module. */
  public static StateKey session(String module, String sessionId) {
    return new StateKey(module, Scope.SESSION, sessionId);
  }

  /** The key of a record that the state or a caller names. */
  public static StateKey keyed(String module, String id) {
    return new StateKey(module, Scope.KEYED, id);
  }
}
