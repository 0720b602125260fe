package dev.holdfast;

import dev.holdfast.codec.UnbindablePayloadException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What handles of both kinds do: make a turn out of an action, and wait for it. */
abstract sealed class Ref<S> implements StateRef<S> permits KeyRef, SessionRef {

  final Instances instances;
  final Engine engine;
  final StateModule<S> module;
  final @Nullable ActionId id;

  Ref(Instances instances, StateModule<S> module, @Nullable ActionId id) {
    this.instances = instances;
    this.engine = instances.engine();
    this.module = module;
    this.id = id;
  }

  /** The session's place at the module, or null for code without a session. */
  abstract @Nullable Binding<S> binding();

  abstract void submit(Turn<S> turn, boolean here);

  /** The instance that the handle stands for now, if that is known. */
  abstract @Nullable Instance<S> target();

  /** The same, found out for a handler that is about to wait for it. */
  private @Nullable Instance<S> located() {
    Binding<S> binding = binding();
    Instance<S> known = target();
    return known == null && binding != null ? binding.located() : known;
  }

  /** The instance, loaded and ready to be shown. */
  abstract CompletableFuture<Instance<S>> ready();

  @Override
  public StateModule<S> module() {
    return module;
  }

  @Override
  public S dispatch(String action) {
    return dispatch(action, null);
  }

  @Override
  public S dispatch(String action, @Nullable Object payload) {
    if (engine.replies.areGivenHere() && module.isPersistent() && module.policy().isCommitted()) {
      throw new IllegalStateException(
          "Nobody can wait for %s on the thread that answers: use dispatchAsync".formatted(action));
    }
    CurrentTurn outer = outer();
    Turn<S> turn = turn(action, payload, outer);
    Instance<S> target = outer == null ? null : located();
    if (outer == null || target == null) {
      turn.isDirect = outer == null && turn.binding == null && turn.event == null;
      submit(turn, outer == null);
      return await(turn);
    }
    engine.waits.enter(outer.instance(), target);
    try {
      submit(turn, false);
      return await(turn);
    } finally {
      engine.waits.exit(outer.instance(), target);
    }
  }

  private S await(Turn<S> turn) {
    Object result = turn.isAnswered ? turn.result : null;
    return module.states().show(result == null ? get(turn.done) : result);
  }

  @Override
  public CompletableFuture<S> dispatchAsync(String action) {
    return dispatchAsync(action, null);
  }

  @Override
  public CompletableFuture<S> dispatchAsync(String action, @Nullable Object payload) {
    Turn<S> turn;
    try {
      CurrentTurn outer = outer();
      turn = turn(action, payload, outer);
      if (outer != null) {
        enter(outer, turn);
        outer.turn().owes(turn.done);
      }
      submit(turn, outer == null);
    } catch (HoldfastException e) {
      return CompletableFuture.failedFuture(e);
    }
    return turn.done.handleAsync(this::answer, engine.executor);
  }

  /**
   * What a caller is told. A failure goes through the executor, too: whoever goes on from it must
   * not have the saver's thread, or a timer's.
   */
  private S answer(@Nullable Object held, @Nullable Throwable error) {
    if (error != null) {
      throw error instanceof CompletionException wrapped ? wrapped : new CompletionException(error);
    }
    return module.states().show(Objects.requireNonNull(held));
  }

  /** The handler does not wait for the turn, but its own action's answer does. */
  private void enter(CurrentTurn outer, Turn<S> turn) {
    Instance<S> target = target();
    if (target != null) {
      engine.waits.enter(outer.instance(), target);
      engine.after(turn.done, (done, error) -> engine.waits.exit(outer.instance(), target));
    }
  }

  /** The handler's turn on this thread, if any. */
  private static @Nullable CurrentTurn outer() {
    CurrentTurn outer = CurrentTurn.get();
    if (outer != null && outer.turn().isInline()) {
      throw new IllegalStateException(
          "A reducer is a pure function and dispatches nothing; use onAction for %s"
              .formatted(outer.turn().title));
    }
    return outer;
  }

  private Turn<S> turn(String name, @Nullable Object payload, @Nullable CurrentTurn outer) {
    instances.ensureOpen();
    Action<S> action = module.table().find(name, payload);
    Turn<S> turn = turn(action, payload, outer);
    turn.bytes = payload == null ? 0 : PayloadSize.of(payload);
    turn.event = ActionEvent.of(module.name(), name, turn.done);
    return turn;
  }

  private Turn<S> turn(Action<S> action, @Nullable Object payload, @Nullable CurrentTurn outer) {
    Object bound = bind(action, payload);
    ActionId own = id == null && outer != null ? outer.turn().nextNestedId() : id;
    var reducer = action.reducer();
    if (reducer != null) {
      return Turn.computing(
          Turn.Kind.ACTION,
          action.title(),
          bound == null ? reducer : (instance, state) -> reducer.reduce(state, bound),
          own,
          binding());
    }
    var handler = action.handler();
    if (handler == null) {
      throw new IllegalStateException(action.title() + " does nothing");
    }
    return Turn.handling(
        Turn.Kind.ACTION,
        action.title(),
        context -> handler.handle(context, bound),
        own,
        binding());
  }

  private @Nullable Object bind(Action<S> action, @Nullable Object payload) {
    Class<?> type = action.payload();
    if (type == null) {
      return null;
    }
    if (type.isInstance(payload)) {
      return payload;
    }
    if (!(payload instanceof JsonNode json)) {
      throw new PayloadException(
          "%s takes a payload of type %s, got %s"
              .formatted(
                  action.title(),
                  type.getSimpleName(),
                  payload == null ? "none" : payload.getClass().getSimpleName()));
    }
    try {
      return module.codec().bind(json, type);
    } catch (UnbindablePayloadException e) {
      throw new PayloadException(
          "The payload of %s does not fit: %s".formatted(action.title(), e.getMessage()), e);
    }
  }

  @Override
  public S state() {
    return read(Instance::visible);
  }

  @Override
  public S latest() {
    return read(Instance::latest);
  }

  /**
   * Reads where the session is now: while this waited, it may have gone elsewhere, and what it has
   * left behind is nobody's state (laws N4 and K5).
   */
  private S read(Function<Instance<S>, S> what) {
    while (true) {
      CompletableFuture<Instance<S>> ready = ready();
      boolean waits = !ready.isDone();
      Instance<S> at = get(ready);
      if (waits) {
        continue;
      }
      S state = what.apply(at);
      if (!hasLeft(at)) {
        return state;
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // the very instance
  private boolean hasLeft(Instance<S> at) {
    Binding<S> binding = binding();
    return binding != null && binding.target() != at;
  }

  @Override
  public void flush() {
    flush(engine.options.ackTimeout());
  }

  @Override
  public void flush(Duration within) {
    get(ready().thenCompose(instance -> instance.durable(within)));
  }

  @Override
  public Subscription subscribe(Consumer<? super S> listener) {
    return follow(new Listener(engine, self -> tell(self, listener)));
  }

  /**
   * Tells a listener the state, later if a load or a hook is under way that may need this thread.
   */
  private void tell(Listener self, Consumer<? super S> listener) {
    CompletableFuture<Instance<S>> ready = ready();
    if (ready.isDone()) {
      Instance<S> at = get(ready);
      S state = at.visible();
      if (hasLeft(at)) {
        self.signal(); // It is told what there is where the session has gone.
      } else {
        listener.accept(state);
      }
      return;
    }
    engine.afterAsync(
        ready,
        (instance, error) -> {
          if (error == null) {
            self.signal();
          }
        });
  }

  abstract Subscription follow(Listener listener);

  /** Waits, and throws what went wrong as itself. */
  static <T extends @Nullable Object> T get(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() instanceof CompletionException c ? c.getCause() : e.getCause();
      if (cause instanceof RuntimeException typed) {
        throw typed;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw new ActionFailedException("An action failed", cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutcomeUnknownException("Interrupted while waiting; the action may be stored", e);
    }
  }
}
