package dev.holdfast;

import dev.holdfast.store.StateKey;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session's place at a module: its {@link Residence} is where it is, {@link Finding} is its way
 * there, and {@link Introduction} makes it known there.
 *
 * <p>Where the key is fixed, turns go straight to the instance. Where the state names the key, they
 * go through a {@link Lane}, one at a time.
 *
 * <p>It has no lock of its own; its parts have one each, taken in the order presence, finding, lane
 * or residence, instance. What runs user code, calls a store or completes a future is outside them.
 */
final class Binding<S> {

  private final LiveSession session;
  private final StateModule<S> module;
  private final Residence<S> residence;
  private final Introduction<S> introduction;
  private final Finding<S> finding;
  private final Following<S> following;
  private final Elsewhere<S> elsewhere;

  /** Null where the key is fixed. */
  private final @Nullable Lane<S> lane;

  /** Null where nobody is told of it. */
  private final @Nullable Presence<S> presence;

  /** Null where nobody is told of connections. */
  private final @Nullable Contact<S> contact;

  /**
   * @param fixed the key, or null where the state names it or there is none
   */
  Binding(LiveSession session, StateModule<S> module, @Nullable StateKey fixed) {
    this.session = session;
    this.module = module;
    this.residence = new Residence<>(session, module, fixed);
    this.introduction = new Introduction<>(this, fixed);
    this.lane =
        module.strategy() instanceof KeyStrategy.WithKey ? new Lane<>(this, residence) : null;
    this.finding = new Finding<>(this, residence, introduction, lane);
    this.following = new Following<>(this, lane);
    this.elsewhere = new Elsewhere<>(this, residence);
    this.presence = Presence.isHeeded(module) ? new Presence<>(this, engine()) : null;
    this.contact = Contact.isHeeded(module) ? new Contact<>(this) : null;
  }

  Engine engine() {
    return session.instances().engine();
  }

  LiveSession session() {
    return session;
  }

  StateModule<S> module() {
    return module;
  }

  /** The key, or null where the state names it or there is none. */
  @Nullable StateKey fixed() {
    return residence.fixed();
  }

  /** The id that the state named, or null. */
  @Nullable String boundId() {
    return residence.boundId();
  }

  /** Whether what is here is the session's alone. */
  boolean isOwn() {
    return residence.isOwn();
  }

  /** An instance for while there is no key, attached if it has a record. */
  Instance<S> home() {
    return residence.home();
  }

  /** The instance that the next turn goes to; null if the state names it and is not known yet. */
  @Nullable Instance<S> target() {
    return lane == null ? residence.here() : residence.instance();
  }

  /** See {@link Finding#ready}. */
  CompletableFuture<Instance<S>> ready() {
    return finding.ready();
  }

  /** See {@link Finding#located}. */
  @Nullable Instance<S> located() {
    return finding.located();
  }

  /** See {@link Finding#there}. */
  CompletableFuture<Instance<S>> there() {
    return finding.there();
  }

  /** Whether the session does not go anywhere any more. */
  boolean hasEnded() {
    return residence.hasEnded();
  }

  /** Whether what is done now would be there again after the session took it along (law E2). */
  boolean isTooLate() {
    return hasEnded() && isOwn();
  }

  /** Whether an instance's record is not the one that the session came to. */
  boolean isOfAnotherLife(Instance<S> at) {
    return residence.isOfAnotherLife(at);
  }

  // Turns

  /** Takes a turn in, behind the session's earlier ones. */
  void submit(Turn<S> turn, boolean here) {
    if (residence.hasEnded()) {
      turn.fail(sessionEnded());
      return;
    }
    CompletableFuture<Void> row = session.owed();
    if (row != null && module.isPersistent()) {
      turn.owes(row);
    }
    if (!finding.isReady()) {
      finding.begin();
    } else if (isStale()) {
      var unused = follow();
    }
    if (lane == null) {
      residence.submit(residence.here(), turn, here);
    } else {
      lane.submit(turn, here);
    }
  }

  /** Takes a turn in that goes to a certain instance, wherever the session is now. */
  void submitAt(Instance<S> place, Turn<S> turn) {
    Instance<S> at = place;
    while (!at.submit(turn, false)) {
      at = session.instances().of(module, Objects.requireNonNull(at.keyOrNull()));
    }
  }

  // Changes of the key

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

  // Who the session is

  /** Which identity of the session counts for the key. */
  long identityVersion() {
    return readsSession() ? session.identityVersion() : Residence.NEVER;
  }

  boolean readsSession() {
    return module.strategy() instanceof KeyStrategy.WithKey<S> named && named.readsSession;
  }

  /** Whether the module has to be asked again where the session belongs. */
  boolean isStale() {
    return readsSession() && residence.asked() != session.identityVersion();
  }

  /** The module was asked, and the session is where it belongs. */
  void isUpToDate(long version) {
    residence.asked(version);
  }

  /** See {@link Following#begin}. */
  CompletableFuture<?> follow() {
    return following.begin(false);
  }

  /** The same, before all that the session has sent; the lane is taken, and is freed next. */
  CompletableFuture<?> followFirst() {
    return following.begin(true);
  }

  /** Whether this thread runs a turn of the session's here: then nothing goes before it. */
  boolean hasTurnHere() {
    CurrentTurn current = CurrentTurn.get();
    return current != null && equals(current.turn().binding);
  }

  private Lane<S> lane() {
    return Objects.requireNonNull(lane, "The key is fixed");
  }

  /** See {@link Lane#changeKey}. */
  void changeKey(Turn<S> turn, KeySwitch<S> change) {
    lane().changeKey(turn, change);
  }

  /** See {@link Lane#step}. */
  KeySwitch.@Nullable Step step() {
    return lane == null ? null : lane.step();
  }

  /** See {@link Lane#stayed}. */
  void stayed(Throwable error) {
    lane().stayed(error);
  }

  /** The session goes over to another instance, attached already. Completes when it has met it. */
  CompletableFuture<?> arrive(Instance<S> target, @Nullable String id, long asked) {
    return arrive(target, id, asked, RestoreInfo.Cause.KEY_CHANGED);
  }

  /** See {@link Residence#disown}. */
  void disown(int stay) {
    residence.disown(stay);
  }

  /** See {@link Residence#stay}. */
  int stay() {
    return residence.stay();
  }

  /** See {@link Elsewhere#isElsewhere}. */
  boolean isElsewhere() {
    return lane != null && module.isPersistent() && elsewhere.isElsewhere();
  }

  /** See {@link Elsewhere#follow}. */
  CompletableFuture<?> goElsewhere() {
    return elsewhere.follow();
  }

  /** See {@link Finding#loaded}. */
  CompletableFuture<Instance<S>> loaded(@Nullable String id) {
    return finding.loaded(id);
  }

  /** The same as {@link #arrive}, where another runtime was first: the session has met it there. */
  CompletableFuture<?> arriveBehind(Instance<S> target, @Nullable String id, long asked) {
    return arrive(target, id, asked, null);
  }

  /** Takes a session whose record is gone to no key. */
  CompletableFuture<?> leaveStrand() {
    var unused = session.row().unbind(module.name());
    Instance<S> home = residence.home();
    return home.loaded()
        .thenCompose(none -> arrive(home, null, Residence.NEVER, RestoreInfo.Cause.KEY_GONE));
  }

  /**
   * @param cause why the session meets the instance; null if it has met it already
   */
  private CompletableFuture<?> arrive(
      Instance<S> target, @Nullable String id, long asked, RestoreInfo.@Nullable Cause cause) {
    Residence.Leaving<S> leaving = residence.moveTo(target, id);
    if (leaving == null) {
      session.instances().detach(target);
      return CompletableFuture.completedFuture(null);
    }
    residence.asked(asked);
    lane().moved();
    withdraw();
    residence.leave(leaving);
    boolean isFirst = id == null || introduction.isFirstAt(id);
    CompletableFuture<?> met =
        cause != null && isFirst
            ? introduction.introduce(target, cause)
            : CompletableFuture.completedFuture(null);
    return met.whenComplete(
        (none, error) -> {
          residence.loosen();
          attend();
        });
  }

  // Followers

  Subscription follow(Listener listener) {
    residence.follow(listener);
    listener.onClose(() -> unfollow(listener));
    finding.begin();
    attend();
    return listener;
  }

  private void unfollow(Listener listener) {
    residence.unfollow(listener);
    attend();
  }

  /** Tells the instance whether the session is there: it has met it, and subscribes. */
  void attend() {
    if (presence != null) {
      presence.look(() -> finding.isReady() ? residence.followed() : null);
    }
  }

  /** Tells the instance that the session leaves it. */
  private void withdraw() {
    if (presence != null) {
      presence.look(() -> null);
    }
  }

  /** See {@link Contact}; null if there is nobody to tell. */
  @Nullable Contact<S> contact() {
    return contact;
  }

  /** Whether the session has met the instance that it is at. */
  boolean isReady() {
    return finding.isReady();
  }

  // What is in memory alone

  /** How much the session keeps here in memory alone, where nobody else does. */
  long unsavedBytes() {
    Instance<S> at = residence.own();
    return at == null ? 0 : at.unsavedBytes();
  }

  /** Drops that: the session goes on with defaults. */
  void dropUnsaved() {
    Instance<S> at = residence.own();
    if (at != null && at.unsavedBytes() > 0) {
      var unused = at.erase();
    }
  }

  // The end

  /**
   * The session has ended: erases what was its own alone, and lets go of the rest.
   *
   * @param expired whether its time was up, so that the hook has to be told
   */
  CompletableFuture<?> end(boolean expired) {
    if (!residence.end()) {
      return CompletableFuture.completedFuture(null);
    }
    Instance<S> left = residence.instance();
    withdraw();
    CompletableFuture<?> erased = new Ending<>(this, residence, left, expired).eraseOwn();
    return left == null ? erased : erased.whenComplete((done, error) -> residence.leave(left));
  }

  /** The session goes on in another runtime: lets go of what it is at here. */
  void letGo() {
    if (!residence.end()) {
      return;
    }
    Instance<S> left = residence.instance();
    withdraw();
    if (left != null) {
      residence.leave(left);
    }
  }

  static ClosedException sessionEnded() {
    return new ClosedException("The session has ended");
  }
}
