package dev.holdfast;

import dev.holdfast.store.StateKey;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * Where the instance of a key was last found by a handle that is used again and again: to look at
 * that is cheaper than to find it. It does not keep one in memory that has left it.
 */
final class Whereabouts<S> {

  private final Instances instances;
  private final StateModule<S> module;
  private final StateKey key;

  /** Whether it was asked before: a handle that is used once needs no memory. */
  private boolean asked;

  private volatile @Nullable WeakReference<Instance<S>> known;

  Whereabouts(Instances instances, StateModule<S> module, StateKey key) {
    this.instances = instances;
    this.module = module;
    this.key = key;
  }

  StateKey key() {
    return key;
  }

  /** The instance, made if there is none in memory. */
  Instance<S> instance() {
    Instance<S> last = last();
    return last == null || last.isGone() ? found() : last;
  }

  /** Takes a turn in, wherever the instance is by now. */
  void submit(Turn<S> turn, boolean here) {
    Instance<S> last = last();
    boolean taken = last != null && last.submit(turn, here);
    while (!taken) {
      taken = found().submit(turn, here);
      if (!taken) {
        Thread
            .onSpinWait(); // One that is about to leave memory takes none: there is a new one soon.
      }
    }
  }

  private @Nullable Instance<S> last() {
    WeakReference<Instance<S>> reference = known;
    return reference == null ? null : reference.get();
  }

  private Instance<S> found() {
    Instance<S> found = instances.of(module, key);
    if (asked) {
      known = new WeakReference<>(found);
    }
    asked = true;
    return found;
  }
}
