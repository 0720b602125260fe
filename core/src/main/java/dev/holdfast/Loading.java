package dev.holdfast;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How an instance comes to its state, and whether it has it: the record is loaded once, however
 * many ask, and the module's hook has the first turn (law R1). A load that fails leaves the
 * instance as it was, and the next access tries again (R2).
 *
 * <p>Its fields belong to the instance's lock.
 */
final class Loading<S> {

  private enum Phase {
    UNLOADED,
    LOADING,
    LIVE,
    GONE
  }

  private final Engine engine;
  private final Instance<S> instance;
  private final @Nullable RecordWriter<S> record;
  private final Mailbox<S> mailbox;

  /** What has to be over first, or null. */
  private @Nullable CompletableFuture<?> departure;

  private Phase phase = Phase.UNLOADED;
  private @Nullable CompletableFuture<Void> loaded;

  Loading(
      Engine engine,
      Instance<S> instance,
      @Nullable RecordWriter<S> record,
      Mailbox<S> mailbox,
      @Nullable CompletableFuture<?> departure) {
    this.engine = engine;
    this.instance = instance;
    this.record = record;
    this.mailbox = mailbox;
    this.departure = departure;
  }

  // With the instance's lock held

  boolean isLive() {
    return phase == Phase.LIVE;
  }

  boolean isUnderWay() {
    return phase == Phase.LOADING;
  }

  boolean isGone() {
    return phase == Phase.GONE;
  }

  /** What has to be over before anything runs here, or null. */
  @Nullable CompletableFuture<?> departing() {
    return departure;
  }

  /** The state is there by other means. Returns the load that is of no more use, or null. */
  @Nullable CompletableFuture<Void> overtake() {
    CompletableFuture<Void> stale = loaded;
    loaded = null;
    phase = Phase.LIVE;
    return stale;
  }

  /** The state is of no more use; the next access loads it again. */
  void forget() {
    phase = Phase.UNLOADED;
  }

  /** The runtime has ended. Returns the load that comes to nothing, or null. */
  @Nullable CompletableFuture<Void> abandon() {
    CompletableFuture<Void> stale = loaded;
    if (stale != null) {
      loaded = null;
      phase = Phase.UNLOADED;
    }
    return stale;
  }

  /** The instance has left memory. */
  void leave() {
    phase = Phase.GONE;
  }

  // From here on this takes the lock itself

  /** Completes when the state is there, or exceptionally with a {@link LoadException}. */
  CompletableFuture<Void> loaded() {
    CompletableFuture<Void> done;
    CompletableFuture<?> first;
    synchronized (instance) {
      if (phase == Phase.LIVE || phase == Phase.GONE) {
        return CompletableFuture.completedFuture(null);
      }
      if (loaded != null) {
        return loaded;
      }
      if (mailbox.isEnded()) {
        return CompletableFuture.failedFuture(closed());
      }
      phase = Phase.LOADING;
      done = new CompletableFuture<>();
      loaded = done;
      first = departure;
    }
    if (first == null) {
      load(done);
    } else {
      engine.after(first, (none, error) -> load(done));
    }
    return done;
  }

  /** What waits for a load is told when the runtime has ended. */
  LoadException closed() {
    return Load.typed(new ClosedException("The runtime is closed"), instance.title());
  }

  private void load(CompletableFuture<Void> done) {
    departed();
    if (record == null) {
      engine.steps.execute(() -> restore(done, Found.of(null)));
    } else {
      var stored = record.load();
      LoadEvent.watch(instance.module().name(), stored, done);
      engine.afterAsync(
          stored,
          (found, error) -> {
            if (found != null) {
              restore(done, found);
            } else {
              failed(done, Objects.requireNonNull(error));
            }
          });
    }
  }

  /** It is over. */
  void departed() {
    synchronized (instance) {
      departure = null;
    }
  }

  private void restore(CompletableFuture<Void> done, Found found) {
    Restored restored;
    try {
      restored = Restored.of(instance.module(), found, instance.title());
    } catch (UnreadableRecordException e) {
      unreadable(done, found, e);
      return;
    } catch (LoadException e) {
      failed(done, e);
      return;
    }
    Turn<S> hook = activation();
    boolean turn;
    boolean expired;
    synchronized (instance) {
      if (!isGoingOn(done)) {
        return; // An erase was faster, and what was loaded is of before.
      }
      instance.replacement().accept(restored);
      if (record != null) {
        record.lifetime().note(found.record());
      }
      if (hook != null) {
        mailbox.lead(hook);
      }
      expired = instance.module().expireAfter() != null && instance.isOverdue();
      if (expired) {
        Runnable stays = hook == null ? () -> activated(done) : () -> {}; // Else the hook is next.
        mailbox.lead(Expiry.turn(engine, instance, Instance::isOverdue, stays));
      } else if (hook == null) {
        var unused = overtake();
      }
      turn = mailbox.open();
    }
    if (hook == null && !expired) {
      done.complete(null); // An erase completes it otherwise.
    }
    if (turn) {
      engine.executor.execute(instance::drain);
    }
  }

  /** Fails, or goes on without the record when a copy of it is aside (law R3). */
  private void unreadable(
      CompletableFuture<Void> done, Found found, UnreadableRecordException error) {
    if (record == null || instance.module().onUnreadable() == Unreadable.FAIL) {
      failed(done, error);
      return;
    }
    int epoch;
    synchronized (instance) {
      if (!isGoingOn(done)) {
        return; // An erase was faster, and a copy would stay.
      }
      epoch = instance.epoch();
    }
    engine.afterAsync(
        Quarantine.putAside(engine, record.store(), record.key(), instance, epoch, found),
        (copy, problem) -> {
          if (problem == null) {
            restore(done, found.aside());
          } else {
            failed(done, problem);
          }
        });
  }

  /** The hook's turn, before all others; the state is shown when it is over. */
  private @Nullable Turn<S> activation() {
    var hook = instance.module().hooks().onActivated();
    CompletableFuture<Void> done;
    synchronized (instance) {
      done = loaded;
    }
    if (hook == null || done == null) {
      return null;
    }
    String title = "onActivated of module " + instance.module().name();
    Turn<S> turn =
        Turn.handling(
            Turn.Kind.NOTICE,
            title,
            context -> hook.handle(context, instance.restoreInfo(RestoreInfo.Cause.ACTIVATED)),
            null,
            null);
    engine.after(
        turn.done,
        (state, error) -> {
          if (error != null) {
            engine.reports.threw(title, error);
          }
          activated(done);
        });
    return turn;
  }

  private void activated(CompletableFuture<Void> done) {
    synchronized (instance) {
      if (!isGoingOn(done)) {
        return;
      }
      var unused = overtake();
    }
    done.complete(null);
  }

  /** Whether this is still the load that decides what the state is. With the lock held. */
  @SuppressWarnings("ReferenceEquality") // a load is this one only if it is the very one
  private boolean isGoingOn(CompletableFuture<Void> load) {
    return load == loaded;
  }

  /** The state could not be had: whoever waits is told, and the next access tries again. */
  private void failed(CompletableFuture<Void> done, Throwable error) {
    List<Turn<S>> waiting;
    synchronized (instance) {
      if (!isGoingOn(done)) {
        return; // An erase was faster.
      }
      waiting = mailbox.shut();
      phase = Phase.UNLOADED;
      loaded = null;
    }
    Throwable cause = Load.typed(error, instance.title());
    done.completeExceptionally(cause);
    waiting.forEach(turn -> turn.fail(cause));
  }
}
