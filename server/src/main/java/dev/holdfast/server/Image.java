package dev.holdfast.server;

import dev.holdfast.StateModule;
import dev.holdfast.codec.JsonPatch;
import dev.holdfast.server.protocol.Json;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A state as clients see it: whole, and as what has changed since others. Both are made once, when
 * the first connection needs them. Safe for many threads.
 *
 * @param <S> the state's type
 */
final class Image<S> {

  /** Connections that lag behind stand at other states; past these nobody shares the effort. */
  private static final int MAX_PATCHES = 16;

  /** A change may make a state as much larger as this and still be tried as a patch. */
  private static final int LEEWAY = 64 << 10;

  private static final int UNKNOWN = -1;
  private static final AtomicLong SERIALS = new AtomicLong();

  private final StateModule<S> module;
  private final S state;
  private final long serial = SERIALS.incrementAndGet();
  private final Map<Long, Optional<Json>> patches = new ConcurrentHashMap<>();
  private volatile @Nullable Json json;

  /** About how long the JSON is. */
  private volatile long size = UNKNOWN;

  Image(StateModule<S> module, S state) {
    this.module = module;
    this.state = state;
  }

  @SuppressWarnings("ReferenceEquality") // modules are themselves
  boolean isOf(StateModule<?> module) {
    return this.module == module;
  }

  @SuppressWarnings("ReferenceEquality") // a published state never changes; equals may be costly
  boolean isOf(StateModule<?> module, Object state) {
    return this.state == state && isOf(module);
  }

  /** The whole state. */
  Json json() {
    Json known = json;
    if (known == null) {
      synchronized (this) {
        known = json == null ? new Json(module.toJson(state)) : json;
        json = known;
        size = known.utf8().length;
      }
    }
    return known;
  }

  /** Whether somebody needed the whole state. */
  boolean isWritten() {
    return json != null;
  }

  /**
   * What turns another image of the module into this one; {@code []} if they look alike.
   *
   * @return empty if the whole state is shorter
   */
  Optional<Json> patchFrom(Image<S> before) {
    Optional<Json> known = patches.get(before.serial);
    if (known != null) {
      return known;
    }
    return patches.size() < MAX_PATCHES
        ? patches.computeIfAbsent(before.serial, serial -> difference(before))
        : difference(before);
  }

  private Optional<Json> difference(Image<S> before) {
    Optional<JsonPatch> patch =
        module.hasImmutableStates()
            ? module.toPatch(before.state, state, longest(before))
            : JsonPatch.between(before.json().utf8(), json().utf8(), json().utf8().length);
    patch.ifPresent(p -> sized(before.size() + p.growth()));
    return patch.filter(p -> p.isEmpty() || p.utf8().length < size()).map(p -> new Json(p.utf8()));
  }

  private static int longest(Image<?> before) {
    return (int) Math.min(Integer.MAX_VALUE, 2 * before.size() + LEEWAY);
  }

  private void sized(long about) {
    if (size == UNKNOWN) {
      size = about;
    }
  }

  private long size() {
    return size == UNKNOWN ? json().utf8().length : size;
  }
}
