package dev.holdfast;

import dev.holdfast.codec.RecordCodec;
import dev.holdfast.store.StateKey;
import java.time.Duration;
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
 *       still had to save is stored.
 *   <li>{@link Step#LOADING}: the new instance is loaded.
 *   <li>{@link Step#APPLYING}: the action is applied there, as a turn of its own, and committed
 *       with its id; if a guest's record is adopted, that goes in the same batch.
 *   <li>{@link Step#BINDING}: the session's row is committed with the binding and the ids.
 *   <li>{@link Step#MOVING}: the session is moved, and meets the new instance.
 *   <li>{@link Step#MOVED}: the action is answered.
 * </ol>
 *
 * <p>A failure up to and in {@code APPLYING} ends in {@link Step#STAYED}: the session is at the old
 * key, nothing was written for the action, and what was sent behind it is refused. After that the
 * action stands, and so the session goes on to the new key whatever happens; what could not be made
 * sure of is answered with {@link OutcomeUnknownException}. Should the store reject it after that,
 * the session is led back from the new key when it is used next, and a guest has its state again.
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
    next(settled.thenCompose(none -> leftSaved()), this::load, this::stay);
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

  private boolean isGuestSaved() {
    return guest && module.savesGuests();
  }

  private void load() {
    step = Step.LOADING;
    Instance<S> found = attach(to);
    target = found;
    next(found.loaded(), this::apply, error -> stay(Load.typed(error, found.title())));
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
    Turn<S> arrival =
        Turn.arriving(
            onlyDefaults ? Turn.Kind.HOOK_ARRIVAL : Turn.Kind.ARRIVAL,
            turn.title,
            this::arrive,
            turn.id);
    CompletableFuture<?> debts = turn.debts();
    if (debts != null) {
      arrival.owes(debts);
    }
    if (guest && to != null) {
      arrival.adoption = from.adoption();
      adopted = arrival.adoption;
    }
    target().submit(arrival, false);
    engine.afterAsync(
        arrival.done,
        (held, error) -> {
          arrived = error == null;
          if (arrived || error instanceof OutcomeUnknownException) {
            bind(error);
          } else {
            stay(cause(error));
          }
        });
  }

  /** What the action comes to at the new key. */
  private S arrive(Instance<S> at, S there) {
    if (binding.hasEnded()) {
      throw Binding.sessionEnded(); // What it left would outlive it.
    }
    RecordCodec<S> codec = module.records();
    S initial = module.codec().initial();
    S before = from.working(turn);
    S changed = module.states().show(after);
    if (to == null) {
      return codec.carry(before, changed, initial);
    }
    boolean stored = at.isEstablished();
    var adopt = module.onAdopt();
    if (stored && guest && adopt != null) {
      S adopted = Adopting.merge(module, adopt, changed, there);
      check(to, adopted, !leadsTo(to, there));
      return adopted;
    }
    S arrived;
    if (stored) {
      arrived = codec.carry(before, changed, there);
    } else {
      arrived = guest ? changed : codec.carry(before, changed, initial);
    }
    check(to, arrived, stored);
    return arrived;
  }

  private boolean leadsTo(String id, S state) {
    S again = module.records().again(state);
    return !(module.strategy() instanceof KeyStrategy.WithKey<S> strategy)
        || id.equals(Keys.of(module, strategy, again, binding.session()));
  }

  /**
   * The first write under a key must lead back to it; a record that does not is left where it is.
   */
  private void check(String id, S state, boolean tolerated) {
    if (leadsTo(id, state)) {
      return;
    }
    if (!tolerated) {
      throw new KeyException(
          "%s goes to a key that its saved state does not lead back to".formatted(turn.title));
    }
    engine.reports.odd(
        "A record of module %s names another key than its own; it stays where it is"
            .formatted(module.name()));
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
      awaitFate(left);
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
   */
  private void awaitFate(@Nullable Instance<S> left) {
    Instance<S> there = target();
    engine.after(
        there.durable(LONGEST_DOUBT),
        (none, error) -> {
          if (error instanceof ConflictException) {
            awaitFate(left); // It runs again on another writer's record.
          } else if (error == null && (turn.id == null || there.knows(turn.id))) {
            var unused = left == null ? null : vacate(left);
          } else {
            if (error == null || error instanceof StateRejectedException) {
              binding.disown(there);
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
    Throwable cause = cause(error);
    binding.stayed(cause);
    turn.fail(cause);
  }

  private static Throwable cause(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    return Objects.requireNonNullElse(cause, error);
  }
}
