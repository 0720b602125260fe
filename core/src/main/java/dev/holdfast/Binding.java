package dev.holdfast;

import dev.holdfast.store.StateKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A session's place at a module: which instance it is at, and its way there.
 *
 * <p>Where the key is fixed, turns go straight to the instance. Where the state names the key, they
 * go through a lane, one at a time: the next one goes to the instance that the last one left the
 * session at (law K5).
 */
final class Binding<S> {

  /** The most actions of one session that wait for a switch. */
  static final int MAX_WAITING = 1_000;

  /** How often hooks may change the key before that counts as a loop. */
  private static final int MAX_HOOK_SWITCHES = 8;

  private final LiveSession session;
  private final StateModule<S> module;
  private final @Nullable StateKey fixed;
  private final Instances instances;
  private final boolean switching;

  // Guarded by this object's monitor, held for moments only.
  private @Nullable Instance<S> instance;
  private @Nullable String boundId;
  private @Nullable CompletableFuture<Instance<S>> finding;
  private volatile boolean isReady;
  private final Set<String> metIds = new HashSet<>(0);
  private int hookSwitches;
  private final ArrayDeque<Turn<S>> lane = new ArrayDeque<>(0);
  private boolean busy;
  private CompletableFuture<?> settled = CompletableFuture.completedFuture(null);
  private final List<Listener> followers = new ArrayList<>(0);
  private boolean ended;

  /**
   * @param fixed the key, or null where the state names it or there is none
   */
  Binding(LiveSession session, StateModule<S> module, @Nullable StateKey fixed) {
    this.session = session;
    this.module = module;
    this.fixed = fixed;
    this.instances = session.instances();
    this.switching = module.strategy() instanceof KeyStrategy.WithKey;
  }

  LiveSession session() {
    return session;
  }

  StateModule<S> module() {
    return module;
  }

  /** The instance that the next turn goes to; null if the state names it and is not known yet. */
  @Nullable Instance<S> target() {
    return switching ? current() : here();
  }

  private synchronized @Nullable Instance<S> current() {
    return instance;
  }

  /** The id that the state named, or null. */
  synchronized @Nullable String boundId() {
    return boundId;
  }

  /**
   * Completes with the instance when the session has met it: it is loaded, and the hook has run.
   */
  CompletableFuture<Instance<S>> ready() {
    CompletableFuture<Instance<S>> answer = new CompletableFuture<>();
    boolean took;
    synchronized (this) {
      if (isReady) {
        return CompletableFuture.completedFuture(Objects.requireNonNull(instance));
      }
      if (finding != null) {
        return finding;
      }
      if (ended) {
        return CompletableFuture.failedFuture(sessionEnded());
      }
      finding = answer;
      took = switching && !busy;
      busy |= took;
    }
    instances
        .engine()
        .after(find().thenCompose(this::met), (none, error) -> found(answer, took, error));
    return answer;
  }

  /** Sees to it that the session gets there. */
  private void begin() {
    var unused = ready();
  }

  private void found(
      CompletableFuture<Instance<S>> answer, boolean took, @Nullable Throwable error) {
    Instance<S> at;
    synchronized (this) {
      finding = null;
      isReady = error == null;
      at = instance;
    }
    if (error == null) {
      answer.complete(Objects.requireNonNull(at));
    } else {
      answer.completeExceptionally(Load.typed(error, module.name() + " of a session"));
    }
    if (took) {
      next(false);
    }
  }

  /** The instance that the session belongs to, loaded. */
  private CompletableFuture<Instance<S>> find() {
    Instance<S> found = target();
    if (found != null) {
      return CompletableFuture.completedFuture(found);
    }
    return session
        .row()
        .loaded()
        .thenCompose(
            none -> {
              String id = module.isPersistent() ? session.row().now().binding(module.name()) : null;
              if (id == null) {
                return CompletableFuture.completedFuture(settleAt(instances.unsaved(module), null));
              }
              return restored(id);
            });
  }

  /** The instance of a fixed key, or the session's own without one. */
  private synchronized Instance<S> here() {
    return instance != null
        ? instance
        : settleAt(
            fixed == null ? instances.unsaved(module) : instances.attach(module, fixed), null);
  }

  /** Back at the key of an earlier life; if its record is gone, so is the binding. */
  private CompletableFuture<Instance<S>> restored(String id) {
    Instance<S> found = instances.attach(module, StateKey.keyed(module.name(), id));
    return found
        .loaded()
        .handle(
            (none, error) -> {
              if (error != null) {
                instances.detach(found);
                throw Load.typed(error, module.name() + " of a session");
              }
              if (found.isEstablished()) {
                return settleAt(found, id);
              }
              instances.detach(found);
              return settleAt(instances.unsaved(module), null);
            });
  }

  private synchronized Instance<S> settleAt(Instance<S> found, @Nullable String id) {
    instance = found;
    boundId = id;
    if (id != null) {
      metIds.add(id);
    }
    followers.forEach(found::add);
    return found;
  }

  /** Loads an instance, and introduces the session to it if it has not been here before. */
  private CompletableFuture<?> met(Instance<S> found) {
    if (!session.meets(module, fixed)) {
      return found.loaded();
    }
    return introduce(found, RestoreInfo.Cause.FIRST_USE)
        .handle(
            (done, error) -> {
              Throwable cause = error instanceof CompletionException e ? e.getCause() : error;
              if (cause instanceof LoadException load) {
                session.forget(module, fixed);
                throw load;
              }
              return done;
            });
  }

  /** Runs {@code onCreated} for this session, as a turn of the instance. */
  private CompletableFuture<?> introduce(Instance<S> found, RestoreInfo.Cause cause) {
    var hook = module.hooks().onCreated();
    if (hook == null) {
      return found.loaded();
    }
    Turn<S> turn =
        Turn.handling(
            Turn.Kind.HOOK,
            "onCreated of module " + module.name(),
            context -> hook.handle(context, found.restoreInfo(cause)),
            null,
            this);
    instances
        .engine()
        .after(
            turn.done,
            (done, error) -> {
              if (error != null && !(error instanceof LoadException)) {
                instances.engine().reports.threw("onCreated of module " + module.name(), error);
              }
            });
    found.submit(turn, false);
    return turn.done;
  }

  /** Takes a turn in, behind the session's earlier ones. */
  void submit(Turn<S> turn, boolean here) {
    if (hasEnded()) {
      turn.fail(sessionEnded());
      return;
    }
    CompletableFuture<Void> row = session.owed();
    if (row != null && module.isPersistent()) {
      turn.owes(row);
    }
    if (!isReady) {
      begin();
    }
    if (!switching) {
      if (!here().submit(turn, here)) {
        throw new IllegalStateException("An attached instance does not leave: " + module);
      }
      return;
    }
    synchronized (this) {
      if (lane.size() >= MAX_WAITING) {
        turn.fail(
            new OverloadedException(
                "%d actions of this session wait for module %s already"
                    .formatted(MAX_WAITING, module.name())));
        return;
      }
      lane.add(turn);
      if (busy) {
        return;
      }
      busy = true;
    }
    next(here);
  }

  /** Sends the next of the lane on its way; the way is free when its turn is over. */
  private void next(boolean here) {
    Turn<S> turn;
    Instance<S> at;
    synchronized (this) {
      turn = lane.poll();
      at = instance;
      if (turn == null) {
        busy = false;
        return;
      }
    }
    if (at == null) {
      turn.fail(new LoadException(module.name() + " of this session could not be loaded"));
      next(false);
      return;
    }
    if (turn.id != null && module.isPersistent() && session.row().knows(module.name(), turn.id)) {
      turn.done.complete(at.visibleHeld());
      next(false);
      return;
    }
    turn.whenOver(() -> over(turn));
    at.submit(turn, here);
  }

  private void over(Turn<S> turn) {
    synchronized (this) {
      // Turns of one instance are answered in order, but one that failed is answered at once.
      if (settled.isDone() || !turn.done.isDone()) {
        settled = turn.done;
      }
    }
    instances.engine().executor.execute(() -> next(false));
  }

  /** The turn that has just run changed the key: the lane stays busy until the switch is over. */
  void changeKey(Turn<S> turn, KeySwitch<S> change) {
    CompletableFuture<?> earlier;
    synchronized (this) {
      earlier = settled;
      if (turn.kind == Turn.Kind.HOOK && ++hookSwitches > MAX_HOOK_SWITCHES) {
        earlier = null;
      }
    }
    if (earlier == null) {
      turn.fail(new KeyException(turn.title + " changes the key over and over"));
      return;
    }
    change.start(earlier.handle((done, error) -> done));
  }

  /** The session goes over to another instance, attached already. Completes when it has met it. */
  CompletableFuture<?> arrive(Instance<S> target, @Nullable String id) {
    Instance<S> left;
    List<Listener> moving;
    synchronized (this) {
      left = instance;
      instance = target;
      boundId = id;
      moving = List.copyOf(followers);
    }
    for (Listener listener : moving) {
      target.add(listener);
      if (left != null) {
        left.remove(listener);
      }
    }
    if (left != null) {
      instances.detach(left);
    }
    moving.forEach(Listener::signal);
    boolean first;
    synchronized (this) {
      first = id == null || metIds.add(id);
    }
    return first
        ? introduce(target, RestoreInfo.Cause.KEY_CHANGED)
        : CompletableFuture.completedFuture(null);
  }

  Subscription follow(Listener listener) {
    synchronized (this) {
      followers.add(listener);
      if (instance != null) {
        instance.add(listener);
      }
    }
    listener.onClose(() -> unfollow(listener));
    begin();
    return listener;
  }

  private synchronized void unfollow(Listener listener) {
    followers.remove(listener);
    if (instance != null) {
      instance.remove(listener);
    }
  }

  /** How much the session keeps here in memory alone, where nobody else does. */
  long unsavedBytes() {
    Instance<S> at = own();
    return at == null ? 0 : at.unsavedBytes();
  }

  /** Drops that: the session goes on with defaults. */
  void dropUnsaved() {
    Instance<S> at = own();
    if (at != null && at.unsavedBytes() > 0) {
      var unused = at.erase();
    }
  }

  /** The instance, if it is the session's alone. */
  private @Nullable Instance<S> own() {
    boolean own = isOwn();
    synchronized (this) {
      return own ? instance : null;
    }
  }

  /** Whether what is here is the session's alone. */
  boolean isOwn() {
    return (fixed == null || fixed.scope() == StateKey.Scope.SESSION) && boundId() == null;
  }

  /** The session has ended: erases what was its own alone, and lets go of the rest. */
  CompletableFuture<?> end() {
    Instance<S> left;
    synchronized (this) {
      if (ended) {
        return CompletableFuture.completedFuture(null);
      }
      ended = true;
      left = instance;
    }
    if (left == null && fixed != null && isOwn()) {
      left = here();
    }
    if (left == null) {
      return CompletableFuture.completedFuture(null);
    }
    Instance<S> last = left;
    return (isOwn() ? erase(last) : CompletableFuture.completedFuture(null))
        .whenComplete((done, error) -> leave(last));
  }

  /** The session goes on in another runtime: lets go of what it is at here. */
  void letGo() {
    Instance<S> left;
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      left = instance;
    }
    if (left != null) {
      leave(left);
    }
  }

  private void leave(Instance<S> left) {
    synchronized (this) {
      followers.forEach(left::remove);
    }
    instances.detach(left);
  }

  private synchronized boolean hasEnded() {
    return ended;
  }

  private static ClosedException sessionEnded() {
    return new ClosedException("The session has ended");
  }

  private CompletableFuture<?> erase(Instance<S> last) {
    return last.loaded()
        .handle((none, error) -> Optional.empty())
        .thenCompose(none -> farewell(last))
        .handle((done, error) -> done)
        .thenCompose(
            none -> last.mayHaveRecord() ? last.erase() : CompletableFuture.completedFuture(null));
  }

  private CompletableFuture<?> farewell(Instance<S> left) {
    var hook = module.hooks().onDestroyed();
    if (hook == null) {
      return CompletableFuture.completedFuture(null);
    }
    Turn<S> turn =
        Turn.handling(
            Turn.Kind.FAREWELL, "onDestroyed of module " + module.name(), hook, null, this);
    instances
        .engine()
        .after(
            turn.done,
            (done, error) -> {
              if (error != null) {
                instances.engine().reports.threw("onDestroyed of module " + module.name(), error);
              }
            });
    left.submit(turn, false);
    return turn.done;
  }
}
