package dev.holdfast;

import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a handler or hook sees while it has its instance's turn. Good until the handler returns or
 * its time is up; every call after that fails with {@link IllegalStateException}. For the handler's
 * own thread.
 *
 * @param <S> the state's type
 */
public interface ActionContext<S> {

  /**
   * The state: of a mutable class, a copy that belongs to the handler, to be changed in place; of
   * an immutable type, the newest one, to be replaced with {@link #update}.
   */
  S state();

  /** Replaces the state. What {@link #state()} gives afterwards is the result. */
  void update(UnaryOperator<S> change);

  /** The session that acts; empty for server code that has none. */
  Optional<Session> session();

  /** The id within the instance's key; for an instance without a record, a name of its own. */
  String id();

  /** The time by the runtime's clock. */
  Instant now();

  /**
   * The handle on another instance, as the acting session sees it or, without one, as server code
   * does. What is dispatched through it stays done when this action fails, and is acknowledged
   * before this action is.
   */
  <T> StateRef<T> ref(StateModule<T> module);

  /** The handle on the instance of this id. */
  <T> StateRef<T> ref(StateModule<T> module, String id);
}
