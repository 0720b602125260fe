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

  /** Where the session's own record is while there is no key; null where it is not kept. */
  private final @Nullable StateKey home;

  // Guarded by this object's monitor, held for moments only.
  private @Nullable Instance<S> instance;

  /** Whether the instance cannot leave memory because of this session. */
  private boolean holding;

  private @Nullable String boundId;

  /** Which life of the bound record the session came to, 0 if that is not known. */
  private long life;

  /** Whether the record that the session was bound to is gone, and nobody has been told. */
  private boolean lost;

  private @Nullable CompletableFuture<Instance<S>> finding;
  private volatile boolean isReady;
  private final Set<String> metIds = new HashSet<>(0);
  private int hookSwitches;
  private final ArrayDeque<Turn<S>> lane = new ArrayDeque<>(0);
  private boolean busy;
  private @Nullable KeySwitch<S> change;
  private CompletableFuture<?> settled = CompletableFuture.completedFuture(null);
  private final List<Listener> followers = new ArrayList<>(0);
  private final Presence<S> presence;
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
    this.home = module.savesGuests() ? StateKey.session(module.name(), session.id()) : null;
    this.presence = new Presence<>(this, instances.engine());
  }

  private Engine engine() {
    return instances.engine();
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
    if (isReady) {
      return there();
    }
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

  /** The instance that the session has met, in memory again if it had left. */
  private CompletableFuture<Instance<S>> there() {
    Instance<S> at;
    synchronized (this) {
      at = Objects.requireNonNull(instance);
    }
    if (!at.isLive()) {
      Instance<S> back = at.isGone() ? back(at) : at;
      return back.loaded().thenCompose(none -> there());
    }
    if (isStranded(at) && takeLane()) {
      return leaveStrand().handle((none, error) -> free());
    }
    return CompletableFuture.completedFuture(at);
  }

  private synchronized boolean takeLane() {
    boolean took = !busy;
    busy = true;
    return took;
  }

  private Instance<S> free() {
    next(false);
    synchronized (this) {
      return Objects.requireNonNull(instance);
    }
  }

  /** Whether the record that the session is bound to was erased, and may be another's by now. */
  private boolean isStranded(Instance<S> at) {
    long came;
    synchronized (this) {
      if (boundId == null || !module.isPersistent()) {
        return false;
      }
      came = life;
    }
    return !at.isEstablished() || isOtherLife(at, came);
  }

  private static boolean isOtherLife(Instance<?> at, long came) {
    long now = at.life();
    return came != 0 && now != 0 && came != now;
  }

  /** Takes a session whose record is gone to no key. */
  private CompletableFuture<?> leaveStrand() {
    var unused = session.row().unbind(module.name());
    Instance<S> home = home();
    return home.loaded().thenCompose(none -> arrive(home, null, RestoreInfo.Cause.KEY_GONE));
  }

  /** The instance had left memory: the one that stands for its key now. */
  @SuppressWarnings("ReferenceEquality") // the very instance
  private synchronized Instance<S> back(Instance<S> gone) {
    Instance<S> now = Objects.requireNonNull(instance);
    if (now != gone) {
      return now;
    }
    Instance<S> back = instances.attach(module, Objects.requireNonNull(gone.keyOrNull()));
    instance = back;
    followers.forEach(back::add);
    back.detach();
    return back;
  }

  /** From now on the instance may leave memory when it is idle, if its record brings it back. */
  private void loosen() {
    Instance<S> held;
    synchronized (this) {
      held = instance;
      if (!holding || held == null || held.keyOrNull() == null || !module.isPersistent()) {
        return;
      }
      holding = false;
    }
    held.detach();
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
      loosen();
      attend();
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
                return CompletableFuture.completedFuture(settleAt(home(), null));
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
              if (found.isEstablished()
                  && !isOtherLife(found, session.row().now().life(module.name()))) {
                return settleAt(found, id);
              }
              instances.detach(found);
              lost = true;
              var unused = session.row().unbind(module.name());
              return settleAt(home(), null);
            });
  }

  /** An instance for while there is no key, attached if it has a record. */
  Instance<S> home() {
    return home == null ? instances.unsaved(module) : instances.attach(module, home);
  }

  /** Takes the session to no key. */
  CompletableFuture<?> unbind() {
    Turn<S> turn =
        Turn.computing(
            Turn.Kind.ACTION,
            "Unbinding from module " + module.name(),
            (instance, state) -> state,
            null,
            this);
    turn.unbinds = true;
    submit(turn, true);
    return turn.done;
  }

  /** How far the newest change of the key has come; null before the first. */
  synchronized KeySwitch.@Nullable Step step() {
    return change == null ? null : change.step();
  }

  /** A change of the key has failed: what was sent behind it is not for the old key. */
  void stayed(Throwable error) {
    synchronized (this) {
      lane.forEach(turn -> turn.behind = error);
    }
  }

  private synchronized Instance<S> settleAt(Instance<S> found, @Nullable String id) {
    instance = found;
    holding = true;
    boundId = id;
    life = found.life();
    if (id != null) {
      metIds.add(id);
    }
    followers.forEach(found::add);
    return found;
  }

  /** Loads an instance, and introduces the session to it if it has not been here before. */
  private CompletableFuture<?> met(Instance<S> found) {
    boolean first = session.meets(module, fixed);
    if (!first && !lost) {
      return found.loaded();
    }
    return introduce(found, lost ? RestoreInfo.Cause.KEY_GONE : RestoreInfo.Cause.FIRST_USE)
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
      submit(here(), turn, here);
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

  private void submit(Instance<S> at, Turn<S> turn, boolean here) {
    Instance<S> there = at;
    while (!there.submit(turn, here)) {
      there = back(there);
    }
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
    if (isAnswered(turn, at)) {
      next(false);
      return;
    }
    turn.whenOver(() -> over(turn));
    if (boundId() != null && !at.isLive()) {
      engine().after(there(), (none, error) -> send(turn, here));
    } else {
      send(turn, here);
    }
  }

  /** Sends a turn to where the session is, after a look whether that is still its place. */
  private void send(Turn<S> turn, boolean here) {
    Instance<S> at = Objects.requireNonNull(current());
    if (at.isLive() && isStranded(at)) {
      engine()
          .after(
              leaveStrand(),
              (none, error) -> submit(Objects.requireNonNull(current()), turn, here));
    } else {
      submit(at, turn, here);
    }
  }

  /** Answers a turn that needs no instance: its id says so, or it has nothing to do. */
  private boolean isAnswered(Turn<S> turn, Instance<S> at) {
    ActionIds.Known known =
        turn.id == null || !module.isPersistent()
            ? ActionIds.Known.NEW
            : session.row().look(module.name(), turn.id);
    if (known == ActionIds.Known.FORGOTTEN) {
      turn.fail(
          new OutcomeUnknownException(
              turn.title + " was sent before a change of the key, and is not run after it"));
      return true;
    }
    if (known == ActionIds.Known.APPLIED || (turn.unbinds && boundId() == null)) {
      turn.done.complete(at.visibleHeld());
      return true;
    }
    return false;
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
    synchronized (this) {
      this.change = change;
    }
    change.start(earlier.handle((done, error) -> done));
  }

  /** The session goes over to another instance, attached already. Completes when it has met it. */
  CompletableFuture<?> arrive(Instance<S> target, @Nullable String id) {
    return arrive(target, id, RestoreInfo.Cause.KEY_CHANGED);
  }

  private CompletableFuture<?> arrive(
      Instance<S> target, @Nullable String id, RestoreInfo.Cause cause) {
    Instance<S> left;
    boolean held;
    List<Listener> moving;
    synchronized (this) {
      left = instance;
      held = holding;
      instance = target;
      holding = true;
      boundId = id;
      life = target.life();
      lane.forEach(turn -> turn.behind = null); // It follows a change that has not failed.
      moving = List.copyOf(followers);
    }
    presence.at(null);
    for (Listener listener : moving) {
      var unused = target.add(listener); // Attached, it does not leave.
      if (left != null) {
        left.remove(listener);
      }
    }
    if (left != null) {
      release(left, held);
    }
    moving.forEach(Listener::signal);
    boolean first;
    synchronized (this) {
      first = id == null || metIds.add(id);
    }
    CompletableFuture<?> met =
        first ? introduce(target, cause) : CompletableFuture.completedFuture(null);
    return met.whenComplete(
        (none, error) -> {
          loosen();
          attend();
        });
  }

  Subscription follow(Listener listener) {
    synchronized (this) {
      followers.add(listener);
      if (instance != null && !instance.add(listener)) {
        var unused = back(instance);
      }
    }
    listener.onClose(() -> unfollow(listener));
    begin();
    attend();
    return listener;
  }

  private void unfollow(Listener listener) {
    synchronized (this) {
      followers.remove(listener);
      if (instance != null) {
        instance.remove(listener);
      }
    }
    attend();
  }

  /** Tells the instance whether the session is there: it has met it, and subscribes. */
  private void attend() {
    Instance<S> there;
    synchronized (this) {
      there = isReady && !ended && !followers.isEmpty() ? instance : null;
    }
    presence.at(there);
  }

  /** Takes a turn in that goes to a certain instance, wherever the session is now. */
  void submitAt(Instance<S> place, Turn<S> turn) {
    Instance<S> at = place;
    while (!at.submit(turn, false)) {
      at = instances.of(module, Objects.requireNonNull(at.keyOrNull()));
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

  /**
   * The session has ended: erases what was its own alone, and lets go of the rest.
   *
   * @param expired whether its time was up, so that the hook has to be told
   */
  CompletableFuture<?> end(boolean expired) {
    Instance<S> left;
    synchronized (this) {
      if (ended) {
        return CompletableFuture.completedFuture(null);
      }
      ended = true;
      left = instance;
    }
    presence.at(null);
    CompletableFuture<?> erased;
    if (home != null) {
      erased = eraseHome(left, expired);
    } else {
      erased = isOwn() ? eraseOwn(left, expired) : CompletableFuture.completedFuture(null);
    }
    return left == null ? erased : erased.whenComplete((done, error) -> leave(left));
  }

  /** The guest's record goes with its session, also one that the session has not come back to. */
  private CompletableFuture<?> eraseHome(@Nullable Instance<S> left, boolean expired) {
    if (home == null) {
      return CompletableFuture.completedFuture(null);
    }
    Instance<S> guests = instances.attach(module, home);
    return guests
        .loaded()
        .handle((none, error) -> Optional.empty())
        .thenCompose(
            none ->
                guests.mayHaveRecord() || guests.equals(left)
                    ? erase(guests, expired)
                    : CompletableFuture.completedFuture(null))
        .whenComplete((done, error) -> instances.detach(guests));
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
    presence.at(null);
    if (left != null) {
      leave(left);
    }
  }

  private void leave(Instance<S> left) {
    synchronized (this) {
      followers.forEach(left::remove);
    }
    boolean held;
    synchronized (this) {
      held = holding;
    }
    release(left, held);
  }

  private void release(Instance<S> left, boolean held) {
    if (held) {
      instances.detach(left);
    } else {
      instances.retire(left);
    }
  }

  private synchronized boolean hasEnded() {
    return ended;
  }

  private static ClosedException sessionEnded() {
    return new ClosedException("The session has ended");
  }

  private CompletableFuture<?> eraseOwn(@Nullable Instance<S> left, boolean expired) {
    if (fixed == null) {
      return left == null ? CompletableFuture.completedFuture(null) : erase(left, expired);
    }
    Instance<S> last = instances.attach(module, fixed);
    return erase(last, expired).whenComplete((done, error) -> instances.detach(last));
  }

  private CompletableFuture<?> erase(Instance<S> last, boolean expired) {
    return last.loaded()
        .handle((none, error) -> Optional.empty())
        .thenCompose(none -> expired ? farewell(last) : CompletableFuture.completedFuture(null))
        .handle((done, error) -> done)
        .thenCompose(
            none -> last.mayHaveRecord() ? last.erase() : CompletableFuture.completedFuture(null));
  }

  private CompletableFuture<?> farewell(Instance<S> left) {
    var hook = module.hooks().onExpire();
    if (hook == null) {
      return CompletableFuture.completedFuture(null);
    }
    Turn<S> turn =
        Turn.handling(Turn.Kind.FAREWELL, "onExpire of module " + module.name(), hook, null, this);
    instances
        .engine()
        .after(
            turn.done,
            (done, error) -> {
              if (error != null) {
                instances.engine().reports.threw("onExpire of module " + module.name(), error);
              }
            });
    left.submit(turn, false);
    return turn.done;
  }
}
