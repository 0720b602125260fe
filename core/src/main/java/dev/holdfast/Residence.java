package dev.holdfast;

import dev.holdfast.store.StateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a session is at a module: the instance, the id that the state named, and who follows from
 * there.
 *
 * <p>Its monitor guards all that changes here. It is held for moments only, in which an instance
 * may be told of a listener: the order is this monitor, then the instance's lock. An instance comes
 * into memory before it is taken: others may leave for it, and run their hooks.
 */
final class Residence<S> {

  /** No identity has this version. */
  static final long NEVER = -1;

  private final LiveSession session;
  private final StateModule<S> module;
  private final Instances instances;
  private final @Nullable StateKey fixed;

  /** Where the session's own record is while there is no key; null where it is not kept. */
  private final @Nullable StateKey home;

  private @Nullable Instance<S> instance;

  /** Whether the instance cannot leave memory because of this session. */
  private boolean holding;

  private @Nullable String boundId;

  /** Which life of the bound record the session came to, 0 if that is not known. */
  private long life;

  /** Whether what brought the session here was rejected. */
  private boolean disowned;

  /** Counts where the session has been. */
  private int stays;

  private final List<Listener> followers = new ArrayList<>(0);
  private volatile boolean ended;

  /** Which of the session's identities the module was asked with. */
  private volatile long asked = NEVER;

  /** What a session leaves behind when it goes elsewhere. */
  record Leaving<S>(@Nullable Instance<S> left, boolean held, List<Listener> moving) {}

  /**
   * @param fixed the key, or null where the state names it or there is none
   */
  Residence(LiveSession session, StateModule<S> module, @Nullable StateKey fixed) {
    this.session = session;
    this.module = module;
    this.instances = session.instances();
    this.fixed = fixed;
    this.home = module.savesGuests() ? StateKey.session(module.name(), session.id()) : null;
  }

  /** The key that does not depend on the state; null where the state names it or there is none. */
  @Nullable StateKey fixed() {
    return fixed;
  }

  /** The key of the session's own record for while there is no id; null where none is kept. */
  @Nullable StateKey homeKey() {
    return home;
  }

  /** An instance for while there is no key, attached if it has a record. */
  Instance<S> home() {
    return home == null ? instances.unsaved(module) : instances.attach(module, home);
  }

  /** The instance, or null before the session is anywhere. */
  synchronized @Nullable Instance<S> instance() {
    return instance;
  }

  /** The instance, when the session is at one. */
  synchronized Instance<S> at() {
    return Objects.requireNonNull(instance);
  }

  /** The instance of a fixed key, or the session's own without one. */
  Instance<S> here() {
    Instance<S> present = instance();
    if (present != null) {
      return present;
    }
    Instance<S> found = fixed == null ? instances.unsaved(module) : instances.attach(module, fixed);
    synchronized (this) {
      present = instance;
      if (present == null) {
        return settleAt(found, null);
      }
    }
    if (fixed != null) {
      instances.detach(found); // Another thread was faster.
    }
    return present;
  }

  /** Which of the session's identities the module was asked with. */
  long asked() {
    return asked;
  }

  /** The answer that this identity gives is where the session is. */
  void asked(long version) {
    asked = version;
  }

  /** The id that the state named, or null. */
  synchronized @Nullable String boundId() {
    return boundId;
  }

  /** Whether what is here is the session's alone. */
  boolean isOwn() {
    return (fixed == null || fixed.scope() == StateKey.Scope.SESSION) && boundId() == null;
  }

  /** The instance, if it is the session's alone. */
  @Nullable Instance<S> own() {
    boolean own = isOwn();
    synchronized (this) {
      return own ? instance : null;
    }
  }

  /** The session is at an instance, attached already, for the first time. */
  synchronized Instance<S> settleAt(Instance<S> found, @Nullable String id) {
    goTo(found, id);
    followers.forEach(found::add);
    return found;
  }

  /**
   * The session is at another instance, attached already, and its followers with it.
   *
   * @return what there is to leave; null if the session has ended and goes nowhere
   */
  synchronized @Nullable Leaving<S> moveTo(Instance<S> target, @Nullable String id) {
    if (ended) {
      return null;
    }
    Instance<S> left = instance;
    Leaving<S> leaving = new Leaving<>(left, holding, List.copyOf(followers));
    goTo(target, id);
    followers.forEach(target::add); // Attached, it does not leave.
    if (left != null) {
      followers.forEach(left::remove);
    }
    return leaving;
  }

  private void goTo(Instance<S> target, @Nullable String id) {
    instance = target;
    holding = true;
    boundId = id;
    life = target.life();
    disowned = false;
    stays++;
  }

  /** Which of the session's stays this is. */
  synchronized int stay() {
    return stays;
  }

  /** What brought the session to where it was on a stay was rejected: it does not belong there. */
  synchronized void disown(int stay) {
    disowned |= stay == stays;
  }

  /** Lets go of where the session was, and tells its followers of where it is. */
  void leave(Leaving<S> leaving) {
    Instance<S> left = leaving.left();
    if (left != null) {
      release(left, leaving.held());
    }
    leaving.moving().forEach(Listener::signal);
  }

  /** From now on the instance may leave memory when it is idle, if its record brings it back. */
  void loosen() {
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

  /** The instance had left memory: the one that stands for its key now. */
  Instance<S> back(Instance<S> gone) {
    Instance<S> now = at();
    if (!isSame(now, gone)) {
      return now;
    }
    Instance<S> back = instances.attach(module, Objects.requireNonNull(gone.keyOrNull()));
    synchronized (this) {
      now = Objects.requireNonNull(instance);
      if (isSame(now, gone)) {
        instance = back;
        followers.forEach(back::add);
        back.detach();
        return back;
      }
    }
    instances.detach(back); // Another thread was faster, or the session went elsewhere.
    return now;
  }

  @SuppressWarnings("ReferenceEquality") // the very instance
  private static boolean isSame(Instance<?> one, Instance<?> other) {
    return one == other;
  }

  /** Hands a turn to an instance, or to the one that stands for its key since it left memory. */
  void submit(Instance<S> at, Turn<S> turn, boolean here) {
    Instance<S> there = at;
    while (!there.submit(turn, here)) {
      there = back(there);
    }
  }

  /** Whether the record that the session is bound to was erased, and may be another's by now. */
  boolean isStranded(Instance<S> at) {
    long came;
    String id;
    synchronized (this) {
      if (boundId == null || !module.isPersistent()) {
        return false;
      }
      if (disowned) {
        return true;
      }
      life = life == 0 ? at.life() : life;
      came = life;
      id = boundId;
    }
    if (came != 0) {
      return !at.isEstablished() || isOtherLife(at, came);
    }
    return !at.isEstablished() && !names(id, at); // A hook may have led to a key without a record.
  }

  /** Whether an instance's record is not the one that the session came to. */
  boolean isOfAnotherLife(Instance<S> at) {
    long came;
    synchronized (this) {
      came = boundId == null || !module.isPersistent() ? 0 : life;
    }
    return isOtherLife(at, came);
  }

  /** Whether the state of an instance names an id. */
  boolean names(String id, Instance<S> at) {
    try {
      return module.strategy() instanceof KeyStrategy.WithKey<S> strategy
          && id.equals(Keys.of(module, strategy, at.latest(), session));
    } catch (KeyException e) {
      return true; // Nobody knows better where the session belongs.
    }
  }

  /** Whether an instance's record was erased and made anew since a session came to it. */
  static boolean isOtherLife(Instance<?> at, long came) {
    return came != 0 && came != at.life(); // Also where the new one's first write is on its way.
  }

  // Followers

  void follow(Listener listener) {
    Instance<S> gone;
    synchronized (this) {
      followers.add(listener);
      gone = instance != null && !instance.add(listener) ? instance : null;
    }
    if (gone != null) {
      var unused = back(gone);
    }
  }

  synchronized void unfollow(Listener listener) {
    followers.remove(listener);
    if (instance != null) {
      instance.remove(listener);
    }
  }

  /** The instance, if the session subscribes to it. */
  synchronized @Nullable Instance<S> followed() {
    return ended || followers.isEmpty() ? null : instance;
  }

  // The end

  /** The session does not go anywhere any more. Returns false if that was so already. */
  synchronized boolean end() {
    boolean first = !ended;
    ended = true;
    return first;
  }

  boolean hasEnded() {
    return ended;
  }

  /** Lets go of where the session was when it ended. */
  void leave(Instance<S> left) {
    boolean held;
    synchronized (this) {
      followers.forEach(left::remove);
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
}
