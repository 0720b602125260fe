package dev.holdfast.server;

import dev.holdfast.StateModule;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The images of states, one for all connections that show the same state. A connection holds the
 * image that it showed last; here they are held weakly, in a fixed number of places where a newer
 * one pushes out an older. Safe for many threads.
 */
final class StateImages {

  private static final int PLACES = 256;

  private final AtomicReferenceArray<@Nullable WeakReference<Image<?>>> places =
      new AtomicReferenceArray<>(PLACES);

  <S> Image<S> of(StateModule<S> module, S state) {
    return module.hasImmutableStates() ? ofValue(module, state) : ofCopy(module, state);
  }

  @SuppressWarnings("unchecked") // an image of the module's state is of its type
  private <S> Image<S> ofValue(StateModule<S> module, S state) {
    int place = place(module, System.identityHashCode(state));
    Image<?> known = at(place);
    if (known != null && known.isOf(module, state)) {
      return (Image<S>) known;
    }
    return keep(place, new Image<>(module, state));
  }

  /** Each reader of a mutable state has a copy; their JSON tells whether they are one. */
  @SuppressWarnings("unchecked") // an image of the module is of its states' type
  private <S> Image<S> ofCopy(StateModule<S> module, S state) {
    Image<S> image = new Image<>(module, state);
    int place = place(module, image.json().hashCode());
    Image<?> known = at(place);
    if (known != null && known.isOf(module) && known.json().equals(image.json())) {
      return (Image<S>) known;
    }
    return keep(place, image);
  }

  private static int place(StateModule<?> module, int hash) {
    return Math.floorMod(31 * hash + module.name().hashCode(), PLACES);
  }

  private @Nullable Image<?> at(int place) {
    WeakReference<Image<?>> held = places.get(place);
    return held == null ? null : held.get();
  }

  private <S> Image<S> keep(int place, Image<S> image) {
    places.set(place, new WeakReference<>(image));
    return image;
  }
}
