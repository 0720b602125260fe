package dev.holdfast.local;

import dev.holdfast.StateModule;
import dev.holdfast.codec.StateCodec;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * What a state is: its type, its first value, and where the program says so.
 *
 * @param module begins the engine's module for it
 */
record Definition<S>(
    Type type,
    StateCodec<S> codec,
    Supplier<StateModule.Builder<S>> module,
    StackTraceElement place) {

  static <S> Definition<S> of(
      Type type, Supplier<S> initial, Supplier<StateModule.Builder<S>> module) {
    StackTraceElement place = caller();
    try {
      return new Definition<>(type, StateCodec.of(type, initial), module, place);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "A state, defined at %s: %s".formatted(place, e.getMessage()), e);
    }
  }

  private static StackTraceElement caller() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(frame -> !isOurs(frame.getClassName()))
                    .map(StackWalker.StackFrame::toStackTraceElement)
                    .findFirst())
        .orElseGet(() -> new StackTraceElement("unknown", "unknown", null, -1));
  }

  private static boolean isOurs(String name) {
    return name.equals(Definition.class.getName()) || name.equals(LocalState.class.getName());
  }

  S initial() {
    return codec.initial();
  }

  /** A state that nobody else holds or can change (law R7). */
  S own(S state) {
    return codec.immutable() ? codec.freeze(state, null) : copy(state);
  }

  /** A state for somebody outside, who may change it. */
  S shown(S state) {
    return codec.immutable() ? state : copy(state);
  }

  private S copy(S state) {
    return codec.decode(codec.encode(state));
  }

  boolean same(S a, S b) {
    return codec.immutable() ? codec.same(a, b) : Arrays.equals(codec.encode(a), codec.encode(b));
  }
}
