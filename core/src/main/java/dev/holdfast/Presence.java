package dev.holdfast;

import dev.holdfast.StateModule.PayloadHandler;
import java.util.ArrayDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the instance that a session subscribes to when the session comes and when it leaves. The
 * notices of one session are sent in order; each is a turn of the instance.
 */
final class Presence<S> {

  private final Binding<S> binding;
  private final StateModule<S> module;
  private final Engine engine;

  // Guarded by this object's monitor.
  private @Nullable Instance<S> at;
  private final ArrayDeque<Notice<S>> notices = new ArrayDeque<>(0);
  private boolean sending;

  private record Notice<S>(Instance<S> instance, String hook, PayloadHandler<S, Session> handler) {}

  Presence(Binding<S> binding, Engine engine) {
    this.binding = binding;
    this.module = binding.module();
    this.engine = engine;
  }

  /** Whether a module wants to know who is there. */
  static boolean isHeeded(StateModule<?> module) {
    return module.hooks().onAttach() != null || module.hooks().onDetach() != null;
  }

  /**
   * Looks where the session is now, and tells who has to know.
   *
   * @param where gives the place, null for nowhere. It is asked under the lock, so that of two that
   *     look at once the later one has the last word
   */
  @SuppressWarnings("ReferenceEquality") // the very instance
  void look(Supplier<@Nullable Instance<S>> where) {
    synchronized (this) {
      Instance<S> place = where.get();
      Instance<S> before = at;
      if (place == before) {
        return;
      }
      at = place;
      add(before, "onDetach", module.hooks().onDetach());
      add(place, "onAttach", module.hooks().onAttach());
      if (sending || notices.isEmpty()) {
        return;
      }
      sending = true;
    }
    send();
  }

  private void add(
      @Nullable Instance<S> instance, String hook, @Nullable PayloadHandler<S, Session> handler) {
    if (instance != null && handler != null) {
      notices.add(new Notice<>(instance, hook, handler));
    }
  }

  private void send() {
    for (Notice<S> next = poll(); next != null; next = poll()) {
      send(next);
    }
  }

  private synchronized @Nullable Notice<S> poll() {
    Notice<S> next = notices.poll();
    sending = next != null;
    return next;
  }

  private void send(Notice<S> notice) {
    String title = notice.hook + " of module " + module.name();
    Turn<S> turn =
        Turn.handling(
            Turn.Kind.NOTICE,
            title,
            context -> notice.handler.handle(context, binding.session()),
            null,
            binding);
    engine.after(
        turn.done,
        (state, error) -> {
          if (error != null) {
            engine.reports.threw(title, error);
          }
        });
    binding.submitAt(notice.instance, turn);
  }
}
