package dev.holdfast;

import dev.holdfast.StateModule.Handler;
import dev.holdfast.store.StateKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The {@code onPassivated} hooks that run for instances which have left memory. Who comes back to
 * such a key meanwhile waits for the hook, so that it never overlaps with the key's next life in
 * memory.
 */
final class Departures {

  private final Engine engine;
  private final ConcurrentHashMap<StateKey, CompletableFuture<Void>> underWay =
      new ConcurrentHashMap<>();

  Departures(Engine engine) {
    this.engine = engine;
  }

  /** What has to be over before a key is loaded again, or null. */
  @Nullable CompletableFuture<Void> of(StateKey key) {
    return underWay.get(key);
  }

  /**
   * Notes that an instance is about to leave memory, while nobody else can come to its key.
   *
   * @return null if its module does not want to know
   */
  @Nullable CompletableFuture<Void> begin(Instance<?> leaving) {
    StateKey key = leaving.keyOrNull();
    if (key == null || leaving.module().hooks().onPassivated() == null || !leaving.isLive()) {
      return null;
    }
    CompletableFuture<Void> over = new CompletableFuture<>();
    underWay.put(key, over);
    return over;
  }

  /** Takes that back: it stays. */
  void cancel(Instance<?> staying, CompletableFuture<Void> over) {
    end(staying, over);
  }

  /** Runs the hook. Completes what {@link #begin} gave when it is over, however it ended. */
  <S> void run(Instance<S> gone, CompletableFuture<Void> over) {
    Turn<S> turn = farewell(gone.module());
    engine.after(turn.done, (state, error) -> end(gone, over));
    gone.farewell(turn);
  }

  private void end(Instance<?> instance, CompletableFuture<Void> over) {
    StateKey key = instance.keyOrNull();
    if (key != null) {
      underWay.remove(key, over);
    }
    over.complete(null);
  }

  /** The turn of the hook. */
  <S> Turn<S> farewell(StateModule<S> module) {
    String title = "onPassivated of module " + module.name();
    Handler<S> hook = module.hooks().onPassivated();
    Turn<S> turn =
        Turn.handling(Turn.Kind.FAREWELL, title, hook == null ? context -> {} : hook, null, null);
    engine.after(
        turn.done,
        (state, error) -> {
          if (error != null) {
            engine.reports.threw(title, error);
          }
        });
    return turn;
  }
}
