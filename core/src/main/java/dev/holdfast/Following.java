package dev.holdfast;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Takes a session to the key that a module names by now, after the session's principal or
 * attributes have changed: by a turn that changes nothing, so that all laws of a change of the key
 * hold (K2 to K5). It goes before what the session sends later, and nothing is shown before it.
 */
final class Following<S> {

  private final Binding<S> binding;
  private final @Nullable Lane<S> lane;

  // Guarded by this object's monitor.
  private @Nullable Turn<S> underWay;
  private long version;

  /**
   * @param lane null where the key is fixed: then it has nothing to do
   */
  Following(Binding<S> binding, @Nullable Lane<S> lane) {
    this.binding = binding;
    this.lane = lane;
  }

  /**
   * Begins, unless it is under way for this identity already. Completes when the session is where
   * it belongs; fails if it could not get there.
   *
   * @param first whether it goes before what waits in the lane, which is taken and is freed next
   */
  CompletableFuture<?> begin(boolean first) {
    Lane<S> mine = lane;
    Turn<S> turn;
    synchronized (this) {
      if (mine == null) {
        return CompletableFuture.completedFuture(null);
      }
      long newest = binding.identityVersion();
      if (underWay != null && version == newest) {
        return underWay.done;
      }
      version = newest;
      turn =
          Turn.computing(
              Turn.Kind.HOOK,
              "Following the session at module " + binding.module().name(),
              (instance, state) -> state,
              null,
              binding);
      turn.follows = true;
      underWay = turn;
    }
    binding.engine().after(turn.done, (state, error) -> over(turn));
    if (first) {
      mine.submitFirst(turn);
    } else {
      mine.submit(turn, false);
    }
    return turn.done;
  }

  private synchronized void over(Turn<S> turn) {
    if (turn.equals(underWay)) {
      underWay = null;
    }
  }
}
