package dev.holdfast;

import dev.holdfast.StateModule.Handler;
import dev.holdfast.save.SavePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One piece of work on its way through an instance: it waits in the mailbox, has the instance's
 * turn, and waits for the commit that covers it. Either a computation that runs where it is, or a
 * handler with a thread of its own.
 *
 * <p>Its owner changes with its place, and each hand-over is through a lock: first the mailbox,
 * then whoever has the turn, then the instance's lock.
 */
final class Turn<S> {

  /** Computes a new state; pure, so that it may run again on another state. */
  @FunctionalInterface
  interface Computation<S> {
    S compute(Instance<S> instance, S state);
  }

  /** What a turn is for. */
  enum Kind {
    /** What a client or the program asked for. */
    ACTION,
    /** A hook: on an instance without a record, what it changes counts as defaults. */
    HOOK,
    /** A hook that cannot change the key. */
    NOTICE,
    /** A session that comes over from another key. */
    ARRIVAL,
    /** The same, when it was a hook that changed the key. */
    HOOK_ARRIVAL,
    /** The last look at a state; its changes are dropped. */
    FAREWELL;

    boolean isHook() {
      return this == HOOK || this == NOTICE || this == HOOK_ARRIVAL;
    }

    /** Whether a change of the key is looked for: it takes the session elsewhere, or is refused. */
    boolean watchesKey() {
      return this == ACTION || this == HOOK || this == NOTICE;
    }
  }

  final Kind kind;

  /** For messages, such as {@code action "add" of module Counter}. */
  final String title;

  final @Nullable Computation<S> computation;
  final @Nullable Handler<S> handler;
  final @Nullable ActionId id;

  /** The session that acts, and follows when the key changes. */
  final @Nullable Binding<S> binding;

  /** Other than the module's, if not null. */
  final @Nullable SavePolicy policy;

  /**
   * Completes with the held state when acknowledged. Nothing of a user's depends on it directly.
   */
  final CompletableFuture<Object> done = new CompletableFuture<>();

  /** Which of its session's identities the key was asked with, before it was. */
  long asked = Residence.NEVER;

  /** Whether it changes nothing, and only takes the session to where it belongs by now. */
  boolean follows;

  /** How large its payload is, see {@link PayloadSize}; set before it is submitted. */
  int bytes;

  // Owned by the mailbox.
  @Nullable Turn<S> next;
  long place;

  /** Whether it was seen to be the first that waits, and since which tick. */
  boolean isSeen;

  int seen;

  // Owned by whoever has the turn.
  @Nullable ActionEvent event;
  @Nullable Object base;

  /** The guest's record that goes when this turn's outcome is stored. */
  @Nullable Adoption adoption;

  /** What went wrong with a change of the key that this was sent behind. */
  volatile @Nullable Throwable behind;

  /** How often it ran again because the guest that it took along was another one by then. */
  int restarts;

  /** Whether it takes the session to no key, whatever the state names. */
  boolean unbinds;

  /** Ids of the session that are known from elsewhere, and are noted with this turn's own. */
  Map<String, ActionIds.Client> brought = Map.of();

  int epoch;
  @Nullable String refusal;

  /** Why the instance took no actions when this one began, or null. */
  @Nullable String degraded;

  /** Where it runs, once it has begun. */
  @Nullable Instance<S> at;

  /** Whether who dispatches it waits for nothing but its result, and nobody else waits. */
  boolean isDirect;

  /** Whether it is answered by its result alone, on the thread that has dispatched it. */
  boolean isAnswered;

  /** What is known of its id. */
  ActionIds.Known known = ActionIds.Known.NEW;

  /** Whether it runs where it was asked for, and nothing waited then. */
  boolean isHere;

  /** Whether it has given the instance's turn back already. */
  boolean isOut;

  private int dispatched;
  private @Nullable Runnable whenOver;
  private boolean over;
  private volatile boolean inDoubt;
  private volatile @Nullable List<CompletableFuture<?>> debts;

  /** Whether what becomes of it is decided. */
  boolean ended;

  // Guarded by the instance's lock.

  /** When it began, in ticks of the watchdog. */
  int began;

  /** Whether its handler has returned, and the module is asked for its key or about an error. */
  boolean concluding;

  /** Whether it took too long: somebody else has the turn now. */
  boolean lost;

  // Guarded by the instance's lock once the turn is published.
  long sequence;
  int tick;
  @Nullable Object result;
  @Nullable CompletableFuture<?> settled;
  boolean needsCommit;

  /** What it costs to keep it until its commit, in bytes. */
  long weight;

  /** Whether it is done already, as the session's row knows: it is only to be answered. */
  boolean isStored;

  /** Whether this very turn put its id among those that the state holds. */
  boolean noted;

  /** Whether this very turn changed the state. */
  boolean raised;

  private Turn(
      Kind kind,
      String title,
      @Nullable Computation<S> computation,
      @Nullable Handler<S> handler,
      @Nullable ActionId id,
      @Nullable Binding<S> binding,
      @Nullable SavePolicy policy) {
    this.kind = kind;
    this.title = title;
    this.computation = computation;
    this.handler = handler;
    this.id = id;
    this.binding = binding;
    this.policy = policy;
  }

  static <S> Turn<S> computing(
      Kind kind,
      String title,
      Computation<S> computation,
      @Nullable ActionId id,
      @Nullable Binding<S> binding) {
    return new Turn<>(kind, title, computation, null, id, binding, null);
  }

  static <S> Turn<S> computing(
      String title, Computation<S> computation, @Nullable ActionId id, SavePolicy policy) {
    return new Turn<>(Kind.ACTION, title, computation, null, id, null, policy);
  }

  /** One that is committed before it is answered, whatever the module's policy. */
  static <S> Turn<S> arriving(
      Kind kind, String title, Computation<S> computation, @Nullable ActionId id) {
    return new Turn<>(kind, title, computation, null, id, null, SavePolicy.committed());
  }

  /** An action that has run already, and is to run on another state. */
  static <S> Turn<S> again(
      String title,
      Computation<S> computation,
      @Nullable ActionId id,
      @Nullable Binding<S> binding,
      @Nullable SavePolicy policy) {
    return new Turn<>(Kind.ACTION, title, computation, null, id, binding, policy);
  }

  static <S> Turn<S> handling(
      Kind kind,
      String title,
      Handler<S> handler,
      @Nullable ActionId id,
      @Nullable Binding<S> binding) {
    return new Turn<>(kind, title, null, handler, id, binding, null);
  }

  boolean isInline() {
    return computation != null;
  }

  /** A handler that runs again dispatches under the same ids again. */
  synchronized void restartOrdinals() {
    dispatched = 0;
  }

  /** The id for the next action that this turn dispatches, or null if it has none itself. */
  synchronized @Nullable ActionId nextNestedId() {
    int ordinal = dispatched++;
    return id == null ? null : id.nested(ordinal);
  }

  /** Acknowledge and show nothing before this has completed, either way. */
  synchronized void owes(CompletableFuture<?> owed) {
    CompletableFuture<?> debt = owed.whenComplete((none, error) -> noteDoubt(error));
    List<CompletableFuture<?>> all = debts == null ? new ArrayList<>(1) : debts;
    all.add(debt);
    debts = all;
  }

  /** What depends on what may not be stored may be lost with it. */
  private synchronized void noteDoubt(@Nullable Throwable error) {
    inDoubt = inDoubt || error instanceof OutcomeUnknownException;
  }

  /** Gives the answer, when all that is owed is settled. */
  void answer() {
    if (inDoubt) {
      done.completeExceptionally(
          new OutcomeUnknownException(
              title + " ran, and what it depends on did not come to be stored in time"));
    } else {
      done.complete(Objects.requireNonNull(result));
    }
  }

  /** All that is owed, or null if it is settled already. */
  @Nullable CompletableFuture<?> debts() {
    return debts == null ? null : owed();
  }

  private synchronized @Nullable CompletableFuture<?> owed() {
    CompletableFuture<?> all =
        CompletableFuture.allOf(Objects.requireNonNull(debts).toArray(CompletableFuture[]::new))
            .handle((none, e) -> Optional.empty());
    return all.isDone() ? null : all;
  }

  /** Runs a task when the turn is over, however it ended, but not while the key changes. */
  void whenOver(Runnable task) {
    whenOver = task;
  }

  /** Whether it was over before, and runs once more on another writer's record. */
  boolean wasOver() {
    return over;
  }

  void over() {
    over = true;
    Runnable task = whenOver;
    whenOver = null;
    if (task != null) {
      task.run();
    }
  }

  /** Answers with an error and ends the turn. */
  void fail(Throwable error) {
    done.completeExceptionally(error);
    over();
  }

  /** Whether it may be answered now. */
  boolean isReleasable(long committed) {
    return (!needsCommit || sequence <= committed) && (settled == null || settled.isDone());
  }
}
