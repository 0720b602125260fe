package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * One entry of a module's action table: a reducer or a handler, never both.
 *
 * @param title for messages
 * @param payload the payload's class, or null for an action without one
 */
record Action<S>(
    String name,
    String title,
    @Nullable Class<?> payload,
    @Nullable Reduction<S> reducer,
    @Nullable Handling<S> handler) {

  /** A reducer that takes its payload as it comes. */
  @FunctionalInterface
  interface Reduction<S> extends Turn.Computation<S> {
    S reduce(S state, @Nullable Object payload);

    /** Without a payload it is the whole of a turn's work. */
    @Override
    default S compute(Instance<S> instance, S state) {
      return reduce(state, null);
    }
  }

  /** A handler that takes its payload as it comes. */
  @FunctionalInterface
  interface Handling<S> {
    void handle(ActionContext<S> context, @Nullable Object payload) throws Exception;
  }
}
