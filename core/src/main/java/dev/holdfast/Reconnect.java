package dev.holdfast;

/**
 * What {@link StateModule.Builder#onReconnect} is given. Of use until the hook returns.
 *
 * @param <S> the state's type
 */
public interface Reconnect<S> {

  /** The session whose client is back. */
  Session session();

  /**
   * Puts a state in the place of the present one, such as one that {@link
   * StateModule.Builder#onDisconnect} has kept elsewhere. Not needed to have the state that was
   * there: that is restored already.
   */
  void restore(S saved);
}
