package dev.holdfast;

import dev.holdfast.StateModule.PayloadHandler;
import dev.holdfast.store.StateKey;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Makes a session and an instance acquainted: {@code onCreated} runs when the session comes to a
 * key for the first time, and when the record that it was bound to is gone.
 *
 * <p>Its monitor guards what changes here; nothing else is locked under it.
 */
final class Introduction<S> {

  private final Binding<S> binding;
  private final StateModule<S> module;
  private final @Nullable StateKey fixed;

  /** Whether the record that the session was bound to is gone, and nobody has been told. */
  private boolean lost;

  /** The ids that the state named so far; null as long as there are none. */
  private @Nullable Set<String> metIds;

  /**
   * @param fixed the key, or null where the state names it or there is none
   */
  Introduction(Binding<S> binding, @Nullable StateKey fixed) {
    this.binding = binding;
    this.module = binding.module();
    this.fixed = fixed;
  }

  /** The record that the session was bound to is gone. */
  synchronized void lost() {
    lost = true;
  }

  private synchronized boolean isLost() {
    return lost;
  }

  /** Whether the session is at an id for the first time; from now on it has been there. */
  synchronized boolean isFirstAt(String id) {
    if (metIds == null) {
      metIds = new HashSet<>(1);
    }
    return metIds.add(id);
  }

  /** Loads an instance, and introduces the session to it if it has not been here before. */
  CompletableFuture<?> met(Instance<S> found) {
    LiveSession session = binding.session();
    boolean gone = isLost();
    boolean first = session.meets(module, fixed);
    if (!first && !gone) {
      return found.loaded();
    }
    Turn<S> hook = hook(found, gone ? RestoreInfo.Cause.KEY_GONE : RestoreInfo.Cause.FIRST_USE);
    return (hook == null ? found.loaded() : run(found, hook))
        .handle(
            (done, error) -> {
              Throwable cause = error instanceof CompletionException e ? e.getCause() : error;
              if (cause instanceof LoadException || (hook != null && hook.base == null)) {
                session.forget(module, fixed); // It has not begun, and the next access tries again.
                throw Load.typed(Objects.requireNonNull(cause), found.title());
              }
              session.remember(module, fixed);
              return done;
            })
        .thenCompose(done -> found.loaded()); // A hook may be refused before the state is there.
  }

  /** Runs {@code onCreated} for this session, as a turn of the instance. */
  CompletableFuture<?> introduce(Instance<S> found, RestoreInfo.Cause cause) {
    Turn<S> hook = hook(found, cause);
    return hook == null ? found.loaded() : run(found, hook);
  }

  private @Nullable Turn<S> hook(Instance<S> found, RestoreInfo.Cause cause) {
    var hook = module.hooks().onCreated();
    return hook == null ? null : hook(hook, found, cause);
  }

  private Turn<S> hook(
      PayloadHandler<S, RestoreInfo> hook, Instance<S> found, RestoreInfo.Cause cause) {
    return Turn.handling(
        Turn.Kind.HOOK,
        "onCreated of module " + module.name(),
        context -> hook.handle(context, found.restoreInfo(cause)),
        null,
        binding);
  }

  private CompletableFuture<?> run(Instance<S> found, Turn<S> turn) {
    Engine engine = binding.engine();
    engine.after(
        turn.done,
        (done, error) -> {
          if (error != null && !(error instanceof LoadException)) {
            engine.reports.threw("onCreated of module " + module.name(), error);
          }
        });
    found.submit(turn, false);
    return turn.done;
  }
}
