package dev.holdfast;

import dev.holdfast.codec.StateCodec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How an instance holds a state so that nobody else can change it (law R7), and tells two apart: an
 * immutable type as the frozen object itself, a mutable one as its encoded image.
 *
 * @param <S> the state's type
 */
sealed interface States<S> {

  static <S> States<S> of(StateCodec<S> codec) {
    return codec.immutable() ? new Values<>(codec) : new Images<>(codec);
  }

  /**
   * Takes over a state.
   *
   * @param previous what was held before, to be spared the parts that are the same
   * @throws dev.holdfast.codec.UnencodableStateException if it cannot be held
   */
  Object hold(S state, @Nullable Object previous);

  /** The state for somebody outside: of a mutable type, a copy of their own. */
  S show(Object held);

  /** Whether two held states are equal. */
  boolean same(Object a, Object b);

  /** A held state as JSON. */
  byte[] encode(Object held);

  /** Frozen objects. */
  record Values<S>(StateCodec<S> codec) implements States<S> {
    @Override
    @SuppressWarnings("unchecked") // only what hold gave comes back
    public S show(Object held) {
      return (S) held;
    }

    @Override
    public Object hold(S state, @Nullable Object previous) {
      return asObject(codec.freeze(state, previous == null ? null : show(previous)));
    }

    @SuppressWarnings("NullAway") // S is never null here, which its type cannot say
    private static Object asObject(Object state) {
      return state;
    }

    @Override
    public boolean same(Object a, Object b) {
      return codec.same(show(a), show(b));
    }

    @Override
    public byte[] encode(Object held) {
      return codec.encode(show(held));
    }
  }

  /** Encoded images. */
  record Images<S>(StateCodec<S> codec) implements States<S> {
    @Override
    public Object hold(S state, @Nullable Object previous) {
      return codec.encode(state);
    }

    @Override
    public S show(Object held) {
      return codec.decode((byte[]) held);
    }

    @Override
    public boolean same(Object a, Object b) {
      return Arrays.equals((byte[]) a, (byte[]) b);
    }

    @Override
    public byte[] encode(Object held) {
      return (byte[]) held;
    }
  }
}
