package dev.holdfast;

import dev.holdfast.store.StateKey;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A session on its way from one key of a module to another (laws K2 to K5). The action that changed
 * the key has run on the old state, and left that as it was; what it changed comes along.
 *
 * <p>One step follows the other, and each is safe to repeat after a crash:
 *
 * <ol>
 *   <li>{@link Step#SETTLING}: the session's earlier actions are answered, and what the old key
 *       still had to save is stored; if a guest's record may be adopted, the session's row notes
 *       the actions that it holds.
 *   <li>{@link Step#LOADING}: the new instance is loaded.
 *   <li>{@link Step#APPLYING}: the action is applied there, as a turn of its own, and committed
 *       with its id; if a guest's record is adopted, that goes in the same batch.
 *   <li>{@link Step#BINDING}: the session's row is committed with the binding and the ids.
 *   <li>{@link Step#MOVING}: the session is moved, and meets the new instance.
 *   <li>{@link Step#MOVED}: the action is answered.
 * </ol>
 *
 * <p>If another writer changes the guest's record before it is adopted, a reducer runs again on
 * what that is now, from the first step on, a few times at most (law S4). A handler does not: what
 * it has done to others cannot be taken back.
 *
 * <p>Another failure up to and in {@code APPLYING} ends in {@link Step#STAYED}: the session is at
 * the old key, nothing was written for the action, and what was sent behind it is refused. After
 * that the action stands, and so the session goes on to the new key whatever happens; what could
 * not be made sure of is answered with {@link OutcomeUnknownException}. Should the store reject it
 * after that, the session is led back from the new key when it is used next, and a guest has its
 * state again.
 */
final class KeySwitch<S> {

  /** How far a switch has come. */
  enum Step {
    SETTLING,
    LOADING,
    APPLYING,
    BINDING,
    MOVING,
    MOVED,
    STAYED
  }

  /** How often an action runs again because its guest is another one by now. */
  static final int MAX_RESTARTS = 8;

  /** How long it is followed what becomes of an action that was not stored in time. */
  private static final Duration LONGEST_DOUBT = Duration.ofMinutes(10);

  private final Binding<S> binding;
  private final Instance<S> from;
  private final Turn<S> turn;
  private final Object after;
  private final @Nullable String to;
  private final boolean guest;

  /** Which of the session's identities the new key was asked with. */
  private final long asked;

  private final StateModule<S> module;
  private final Instances instances;
  private final Engine engine;

  private volatile Step step = Step.SETTLING;
  private volatile @Nullable Instance<S> target;

  /** Whether the action is known to be stored at the new key. */
  private volatile boolean arrived;

  /** The guest's record that goes with it. */
  private volatile @Nullable Adoption adopted;

  /** What the session finds where it is a guest, if it goes there. */
  private volatile @Nullable Homecoming<S> homecoming;

  /** The action as it is applied at the new key. */
  private volatile @Nullable Turn<S> arrival;

  /**
   * @param after what the action made of the old state
   * @param to the new id, or null for none
   */
  KeySwitch(Binding<S> binding, Instance<S> from, Turn<S> turn, Object after, @Nullable String to) {
    this.binding = binding;
    this.from = from;
    this.turn = turn;
    this.after = after;
    this.to = to;
    this.guest = binding.boundId() == null;
    this.asked = turn.asked;
    this.module = from.module();
    this.instances = binding.session().instances();
    this.engine = instances.engine();
  }

  Step step() {
    return step;
  }

  /**
   * Begins.
   *
   * @param settled completes when the session's earlier actions are answered
   */
  void start(CompletableFuture<?> settled) {
    next(
        settled.thenCompose(none -> leftSaved()).thenCompose(none -> leftNoted()),
        this::load,
        this::stay);
  }

  /** Takes a step when the one before is done; one that fails, or throws, is a failure. */
  private void next(CompletableFuture<?> before, Runnable then, Failure failure) {
    engine.afterAsync(
        before,
        (none, error) -> {
          if (error != null) {
            failure.of(cause(error));
            return;
          }
          try {
            then.run();
          } catch (RuntimeException e) {
            failure.of(e);
          }
        });
  }

  /** What becomes of the switch when a step fails. */
  @FunctionalInterface
  private interface Failure {
    void of(Throwable error);
  }

  /**
   * The session's row is committed whatever the policy, so what comes before it is, too; and a
   * guest's record is adopted as it is stored.
   */
  private CompletableFuture<Void> leftSaved() {
    return module.policy().isCommitted() && !isGuestSaved()
        ? CompletableFuture.completedFuture(null)
        : from.durable();
  }

  /** See {@link Row#note}. */
  private CompletableFuture<?> leftNoted() {
    boolean mayBeAdopted =
        isGuestSaved() && to != null && module.onAdopt() != null && from.adoption() != null;
    Map<String, ActionIds.Client> known =
        mayBeAdopted ? from.idsOf(binding.session().id()) : Map.of();
    return known.isEmpty()
        ? CompletableFuture.completedFuture(null)
        : binding.session().row().note(module.name(), known);
  }

  private boolean isGuestSaved() {
    return guest && module.savesGuests();
  }

  private void load() {
    if (isGuestSaved() && to != null && !takesGuest()) {
      startOver();
      return;
    }
    step = Step.LOADING;
    Instance<S> found = attach(to);
    target = found;
    next(
        found.loaded().thenCompose(none -> lookHome(found)),
        this::apply,
        error -> stay(Load.typed(error, found.title())));
  }

  private CompletableFuture<?> lookHome(Instance<S> home) {
    if (to != null || !module.savesGuests()) {
      return CompletableFuture.completedFuture(null);
    }
    Homecoming<S> coming = new Homecoming<>(binding, from, home);
    homecoming = coming;
    return coming.look();
  }

  /** Returns false if the guest's state is not the one any more that the action ran on. */
  private boolean takesGuest() {
    synchronized (from) {
      adopted = from.adoption();
      return turn.epoch == from.epoch();
    }
  }

  /**
   * Another writer has changed the guest's record: what it did would end with that record, and be
   * in no other one (law K2).
   */
  private void startOver() {
    if (!turn.isInline()) {
      stay(new ConflictException("Another writer changed the guest that " + turn.title + " is of"));
    } else if (!from.submit(turn, false)) {
      stay(new ConflictException(from.title() + " has left memory"));
    }
  }

  private Instance<S> attach(@Nullable String id) {
    return id == null
        ? binding.home()
        : instances.attach(module, StateKey.keyed(module.name(), id));
  }

  private Instance<S> target() {
    return Objects.requireNonNull(target);
  }

  private void apply() {
    step = Step.APPLYING;
    boolean onlyDefaults = turn.kind.isHook() && !(isGuestSaved() && from.isEstablished());
    Turn<S> applied =
        Turn.arriving(
            onlyDefaults ? Turn.Kind.HOOK_ARRIVAL : Turn.Kind.ARRIVAL,
            turn.title,
            new Arriving<>(binding, from, turn, after, to, guest, adopted, homecoming),
            turn.id);
    CompletableFuture<?> debts = turn.debts();
    if (debts != null) {
      applied.owes(debts);
    }
    if (guest && to != null) {
      applied.adoption = adopted;
    }
    arrival = applied;
    target().submit(applied, false);
    engine.afterAsync(
        applied.done,
        (held, error) -> {
          arrived = error == null;
          if (arrived || error instanceof OutcomeUnknownException) {
            bind(error);
          } else if (isOvertaken()) {
            runAgain(cause(error));
          } else {
            stay(cause(error));
          }
        });
  }

  /** Whether another writer has changed what was taken along, and the action may run on that. */
  private boolean isOvertaken() {
    Adoption taken = adopted;
    return taken != null && taken.isLost() && turn.isInline() && turn.restarts < MAX_RESTARTS;
  }

  /** A reducer runs again on what the guest has become (law S4). */
  private void runAgain(Throwable error) {
    step = Step.SETTLING;
    turn.restarts++;
    instances.detach(target());
    target = null;
    next(from.refreshed(), this::startOver, problem -> stay(error));
  }

  private void bind(@Nullable Throwable doubt) {
    step = Step.BINDING;
    if (!module.isPersistent()) {
      move(to, doubt);
      return;
    }
    Row row = binding.session().row();
    ActionId applied = arrived ? turn.id : null; // It may be rejected yet, and sent again.
    engine.afterAsync(
        row.bind(
            new Row.Bound(module.name(), to, target().life(), asked),
            applied,
            from.idsOf(binding.session().id())),
        (none, error) -> {
          if (error == null) {
            goWhere(row.binding(module), doubt);
          } else {
            move(to, doubt == null ? error : doubt);
          }
        });
  }

  /**
   * The row decides: if it held the action already, another runtime may have taken the session
   * further.
   */
  private void goWhere(@Nullable String where, @Nullable Throwable doubt) {
    if (Objects.equals(where, to)) {
      move(to, doubt);
      return;
    }
    instances.detach(target());
    Instance<S> further = attach(where);
    target = further;
    next(
        further.loaded(),
        () -> move(where, doubt),
        error -> stay(Load.typed(error, further.title())));
  }

  private void move(@Nullable String where, @Nullable Throwable doubt) {
    step = Step.MOVING;
    StateKey own = isGuestSaved() ? from.keyOrNull() : null;
    Instance<S> left = own == null ? null : instances.attach(module, own);
    CompletableFuture<?> met =
        binding.arrive(target(), where, Objects.equals(where, to) ? asked : Residence.NEVER);
    if (!arrived && to != null && module.isPersistent()) {
      awaitFate(left, binding.stay());
      left = null;
    }
    engine.after(
        CompletableFuture.allOf(met, left == null ? met : vacate(left)),
        (none, error) -> {
          step = Step.MOVED;
          if (doubt == null) {
            turn.done.complete(target().visibleHeld());
          } else {
            turn.done.completeExceptionally(unknown(doubt));
          }
          turn.over();
        });
  }

  /** The guest's instance begins anew, now that the session has left it. */
  private CompletableFuture<Void> vacate(Instance<S> left) {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    engine.after(
        left.loaded(),
        (none, error) -> {
          if (error == null) {
            left.replacement().vacate(!arrived, adopted);
          }
          instances.detach(left);
          gone.complete(null);
        });
    return gone;
  }

  /**
   * The session has moved, and the action may yet be stored or rejected. Only then the guest's
   * instance begins anew, or the session is led back to it.
   *
   * @param stay of the session, that the action has led to
   */
  private void awaitFate(@Nullable Instance<S> left, int stay) {
    Instance<S> there = target();
    engine.after(
        there.durable(LONGEST_DOUBT),
        (none, error) -> {
          if (error instanceof ConflictException) {
            awaitFate(left, stay); // It runs again on another writer's record.
          } else if (error == null
              && (turn.id == null || there.knows(Objects.requireNonNull(arrival)))) {
            var unused = left == null ? null : vacate(left);
          } else {
            if (error == null || error instanceof StateRejectedException) {
              binding.disown(stay);
            }
            if (left != null) {
              instances.detach(left);
            }
          }
        });
  }

  private static Throwable unknown(Throwable doubt) {
    return doubt instanceof OutcomeUnknownException
        ? doubt
        : new OutcomeUnknownException("The session's new key may not be stored", doubt);
  }

  private void stay(Throwable error) {
    step = Step.STAYED;
    Instance<S> loaded = target;
    if (loaded != null) {
      instances.detach(loaded);
    }
    if (adopted != null && adopted.isLost()) {
      from.refresh();
    }
    Throwable cause = cause(error);
    binding.stayed(cause);
    turn.fail(cause);
  }

  private static Throwable cause(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    return Objects.requireNonNullElse(cause, error);
  }
}
