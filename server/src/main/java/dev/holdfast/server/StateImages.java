package dev.holdfast.server;

import dev.holdfast.StateModule;
import dev.holdfast.server.protocol.Json;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * States as JSON, encoded once for all connections that show the same one. A connection holds the
 * image that it showed last; here they are held weakly, in a fixed number of places where a newer
 * one pushes out an older. Safe for many threads.
 */
final class StateImages {

  private static final int PLACES = 256;

  private final AtomicReferenceArray<@Nullable WeakReference<Image>> places =
      new AtomicReferenceArray<>(PLACES);

  /** A state and its JSON. */
  record Image(Object state, Json json) {

    @SuppressWarnings("ReferenceEquality") // a published state never changes; equals may be costly
    boolean isOf(Object other) {
      return state == other;
    }
  }

  <S> Image of(StateModule<S> module, S state) {
    int place =
        Math.floorMod(31 * System.identityHashCode(state) + module.name().hashCode(), PLACES);
    WeakReference<Image> held = places.get(place);
    Image known = held == null ? null : held.get();
    if (known != null && known.isOf(state)) {
      return known;
    }
    Image image = new Image(state, new Json(module.toJson(state)));
    places.set(place, new WeakReference<>(image));
    return image;
  }
}
