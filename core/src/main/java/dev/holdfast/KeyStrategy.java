package dev.holdfast;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says which instance of a module is meant: one for each session, one for all, one that the state
 * names, or one that the caller names.
 *
 * @param <S> the state's type
 */
public abstract sealed class KeyStrategy<S> {

  private KeyStrategy() {}

  /** Each session has its own. */
  public static <S> KeyStrategy<S> session() {
    return new PerSession<>();
  }

  /** Everyone shares one. */
  public static <S> KeyStrategy<S> global() {
    return new Global<>();
  }

  /** The caller names it; see {@link StateModule.Builder#admit} for which clients may. */
  public static <S> KeyStrategy<S> byId() {
    return new ById<>();
  }

  /**
   * The state names it. While the function gives null, the state belongs to the session and is not
   * saved; when an action changes what the function gives, the session goes over to the instance of
   * the new key (laws K2 to K5).
   *
   * @param key a pure function of the state; null for "no key now", a blank id is an error
   */
  public static <S> KeyStrategy<S> withKey(KeyFunction<S> key) {
    return WithKey.ofState(key, false);
  }

  /**
   * State and session name it, such as {@code withKey((state, session) ->
   * session.principal().orElse(null))}: what is asked of the session is what the server computed,
   * never what a client said (law K7).
   *
   * <p>The function is asked, as with {@link #withKey(KeyFunction)}, before and after each action
   * and hook; and anew whenever the session's principal or attributes have changed: when that was
   * done, or when the session comes to the module next, before its next action there and before it
   * is shown anything. Where the answer is another one than the key it is at, the session goes
   * over, as if an action had changed the key and nothing else. If it cannot, because the new key's
   * record cannot be loaded, what the session does and looks at there fails until it can.
   *
   * <p>Code without a session is asked with a session of no id, principal or attributes.
   *
   * @param key a pure function of the two; null for "no key now", a blank id is an error
   */
  public static <S> KeyStrategy<S> withKey(SessionKeyFunction<S> key) {
    return new WithKey<>(Objects.requireNonNull(key, "key"), true, false);
  }

  /**
   * The state names it, and while the function gives null the state is kept in a record of the
   * session's own: a guest's state survives reloads and restarts. When the state first names a key,
   * that record goes in the same commit in which the new key's is stored; when it names none again,
   * the session begins a fresh one. It is erased when the session ends.
   *
   * @param key a pure function of the state; null for "no key now", a blank id is an error
   * @param whileNull {@link #session()}, and nothing else
   * @throws IllegalArgumentException if {@code whileNull} is another strategy
   */
  public static <S> KeyStrategy<S> withKey(KeyFunction<S> key, KeyStrategy<S> whileNull) {
    checkGuests(whileNull);
    return WithKey.ofState(key, true);
  }

  /**
   * The same, named by state and session.
   *
   * @param key as for {@link #withKey(SessionKeyFunction)}
   * @param whileNull {@link #session()}, and nothing else
   * @throws IllegalArgumentException if {@code whileNull} is another strategy
   */
  public static <S> KeyStrategy<S> withKey(SessionKeyFunction<S> key, KeyStrategy<S> whileNull) {
    checkGuests(whileNull);
    return new WithKey<>(Objects.requireNonNull(key, "key"), true, true);
  }

  private static void checkGuests(KeyStrategy<?> whileNull) {
    if (!(whileNull instanceof PerSession)) {
      throw new IllegalArgumentException(
          "While its key is null a state is kept per session(), or not at all with withKey(key);"
              + " got "
              + whileNull);
    }
  }

  /**
   * Names an instance from its state.
   *
   * @param <S> the state's type
   */
  @FunctionalInterface
  public interface KeyFunction<S> {
    /** The id, or null for "no key now". */
    @Nullable String key(S state);
  }

  /**
   * Names an instance from its state and the session.
   *
   * @param <S> the state's type
   */
  @FunctionalInterface
  public interface SessionKeyFunction<S> {
    /** The id, or null for "no key now". */
    @Nullable String key(S state, SessionView session);
  }

  static final class PerSession<S> extends KeyStrategy<S> {
    @Override
    public String toString() {
      return "session()";
    }
  }

  static final class Global<S> extends KeyStrategy<S> {
    @Override
    public String toString() {
      return "global()";
    }
  }

  static final class ById<S> extends KeyStrategy<S> {
    @Override
    public String toString() {
      return "byId()";
    }
  }

  static final class WithKey<S> extends KeyStrategy<S> {
    final SessionKeyFunction<S> function;

    /** Whether the session has a say. */
    final boolean readsSession;

    /** Whether the state has a record of the session's own while there is no key. */
    final boolean savesGuests;

    static <S> WithKey<S> ofState(KeyFunction<S> key, boolean savesGuests) {
      Objects.requireNonNull(key, "key");
      return new WithKey<>((state, session) -> key.key(state), false, savesGuests);
    }

    WithKey(SessionKeyFunction<S> function, boolean readsSession, boolean savesGuests) {
      this.function = function;
      this.readsSession = readsSession;
      this.savesGuests = savesGuests;
    }

    @Override
    public String toString() {
      return savesGuests ? "withKey(.., session())" : "withKey(..)";
    }
  }
}
