package dev.holdfast;

import dev.holdfast.codec.StateCodec;
import dev.holdfast.store.StateKey;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A session on its way from one key of a module to another (laws K2 to K5). The action that changed
 * the key has run on the old state, and left that as it was; what it changed comes along.
 *
 * <p>The steps, each safe to repeat after a crash: the session's earlier actions are settled; the
 * new instance is loaded; the action is applied there, as a turn of its own, and committed with its
 * id; the session's row is committed with the binding and the id; the session is moved; the action
 * is answered. Until it is moved, the session is at the old key, and stays there if a step fails.
 */
final class KeySwitch<S> {

  private final Binding<S> binding;
  private final Instance<S> from;
  private final Turn<S> turn;
  private final Object after;
  private final @Nullable String to;
  private final StateModule<S> module;
  private final Instances instances;
  private final Engine engine;

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
    this.module = from.module();
    this.instances = binding.session().instances();
    this.engine = instances.engine();
  }

  /**
   * Begins.
   *
   * @param settled completes when the session's earlier actions are answered
   */
  void start(CompletableFuture<?> settled) {
    engine.afterAsync(
        settled.thenCompose(none -> leftSaved()),
        (none, error) -> {
          if (error == null) {
            load();
          } else {
            turn.fail(cause(error));
          }
        });
  }

  /** The session's row is committed whatever the policy, so what comes before it is, too. */
  private CompletableFuture<Void> leftSaved() {
    return module.policy().isCommitted() ? CompletableFuture.completedFuture(null) : from.durable();
  }

  private void load() {
    Instance<S> target =
        to == null
            ? instances.unsaved(module)
            : instances.attach(module, StateKey.keyed(module.name(), to));
    engine.afterAsync(
        target.loaded(),
        (none, error) -> {
          if (error == null) {
            apply(target);
          } else {
            stay(target, Load.typed(error, target.title()));
          }
        });
  }

  private void apply(Instance<S> target) {
    Turn<S> arrival =
        Turn.arriving(
            turn.kind.isHook() ? Turn.Kind.HOOK_ARRIVAL : Turn.Kind.ARRIVAL,
            turn.title,
            this::arrive,
            turn.id);
    CompletableFuture<?> debts = turn.debts();
    if (debts != null) {
      arrival.owes(debts);
    }
    target.submit(arrival, false);
    engine.afterAsync(
        arrival.done,
        (held, error) -> {
          if (error == null || error instanceof OutcomeUnknownException) {
            bind(target, error);
          } else {
            stay(target, error);
          }
        });
  }

  /** What the action comes to at the new key. */
  private S arrive(Instance<S> target, S there) {
    StateCodec<S> codec = module.codec();
    S before = from.working(turn);
    S changed = module.states().show(after);
    if (to == null) {
      return codec.carry(before, changed, codec.initial());
    }
    boolean stored = target.isEstablished();
    boolean guest = binding.boundId() == null;
    S arrived;
    if (stored) {
      arrived = codec.carry(before, changed, there);
    } else {
      arrived = guest ? changed : codec.carry(before, changed, codec.initial());
    }
    check(to, arrived, stored);
    return arrived;
  }

  /**
   * The first write under a key must lead back to it; a record that does not is left where it is.
   */
  private void check(String id, S state, boolean stored) {
    if (!(module.strategy() instanceof KeyStrategy.WithKey<S> strategy)) {
      return;
    }
    S again = module.codec().restore(module.codec().encode(state));
    if (id.equals(Keys.of(module, strategy, again))) {
      return;
    }
    if (!stored) {
      throw new KeyException(
          "%s goes to a key that its saved state does not lead back to".formatted(turn.title));
    }
    engine.reports.odd(
        "A record of module %s names another key than its own; it stays where it is"
            .formatted(module.name()));
  }

  private void bind(Instance<S> target, @Nullable Throwable doubt) {
    if (!module.isPersistent()) {
      move(target, doubt);
      return;
    }
    engine.afterAsync(
        binding.session().row().bind(module.name(), to, turn.id),
        (row, error) -> move(target, doubt == null ? error : doubt));
  }

  private void move(Instance<S> target, @Nullable Throwable doubt) {
    engine.after(
        binding.arrive(target, to),
        (none, error) -> {
          if (doubt == null) {
            turn.done.complete(target.visibleHeld());
          } else {
            turn.done.completeExceptionally(unknown(doubt));
          }
          turn.over();
        });
  }

  private static Throwable unknown(Throwable doubt) {
    return doubt instanceof OutcomeUnknownException
        ? doubt
        : new OutcomeUnknownException("The session's new key may not be stored", doubt);
  }

  private void stay(Instance<S> target, Throwable error) {
    instances.detach(target);
    turn.fail(cause(error));
  }

  private static Throwable cause(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    return Objects.requireNonNullElse(cause, error);
  }
}
