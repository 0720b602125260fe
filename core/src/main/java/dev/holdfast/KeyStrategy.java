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
   * the new key.
   *
   * @param key a pure function of the state; null for "no key now", a blank id is an error
   */
  public static <S> KeyStrategy<S> withKey(KeyFunction<S> key) {
    return new WithKey<>(Objects.requireNonNull(key, "key"));
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

  static final class PerSession<S> extends KeyStrategy<S> {}

  static final class Global<S> extends KeyStrategy<S> {}

  static final class ById<S> extends KeyStrategy<S> {}

  static final class WithKey<S> extends KeyStrategy<S> {
    final KeyFunction<S> function;

    WithKey(KeyFunction<S> function) {
      this.function = function;
    }
  }
}
