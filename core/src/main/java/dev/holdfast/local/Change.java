package dev.holdfast.local;

import dev.holdfast.StateModule;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * The one action of a local state: a function of it, as a payload. Where another process was first,
 * the engine runs it again on what that one has stored.
 */
final class Change<S> {

  static final String NAME = "change";

  /** The change came too late for its engine, and was not made. */
  @SuppressWarnings("serial") // thrown and caught here alone
  static final class Late extends RuntimeException {
    Late() {
      super("The state is leaving its engine", null, false, false);
    }
  }

  private final UnaryOperator<S> function;
  private final BooleanSupplier late;

  /** What was made once is made again, however late. Belongs to the instance's turns. */
  private boolean made;

  Change(UnaryOperator<S> function, BooleanSupplier late) {
    this.function = function;
    this.late = late;
  }

  private S apply(S state) {
    if (!made && late.getAsBoolean()) {
      throw new Late();
    }
    made = true;
    return Objects.requireNonNull(function.apply(state), "new state");
  }

  /** The module with this action. */
  static <S> StateModule.Builder<S> on(StateModule.Builder<S> module) {
    return module.reduce(NAME, Change.class, Change::run);
  }

  @SuppressWarnings("unchecked") // a state's changes are of its type: only Kept makes them
  private static <S> S run(S state, Change<?> change) {
    return ((Change<S>) change).apply(state);
  }
}
