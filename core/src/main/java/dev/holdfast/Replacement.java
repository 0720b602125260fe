package dev.holdfast;

import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What replaces an instance's state other than its actions: a load, another writer's record, a
 * write that was rejected, an erase, the end. Whatever runs then is not published, and who waits is
 * answered with what became of the action.
 *
 * <p>It works on what belongs to the instance's lock, and answers without it.
 */
final class Replacement<S> {

  private final Engine engine;
  private final Instance<S> instance;
  private final @Nullable StateKey key;
  private final @Nullable RecordWriter<S> record;
  private final Mailbox<S> mailbox;
  private final Loading<S> loading;
  private final Versions versions;
  private final Audience audience;
  private final Acknowledgements<S> acknowledgements;

  Replacement(
      Engine engine,
      Instance<S> instance,
      @Nullable RecordWriter<S> record,
      Mailbox<S> mailbox,
      Loading<S> loading,
      Versions versions,
      Audience audience,
      Acknowledgements<S> acknowledgements) {
    this.engine = engine;
    this.instance = instance;
    this.key = instance.keyOrNull();
    this.record = record;
    this.mailbox = mailbox;
    this.loading = loading;
    this.versions = versions;
    this.audience = audience;
    this.acknowledgements = acknowledgements;
  }

  /** Takes a restored state over, with the lock held. */
  void accept(Restored restored) {
    reset(restored.state(), ActionIds.of(restored.ids()));
    if (record != null) {
      record.accept(restored);
    }
  }

  /**
   * Goes on from another record. What was acknowledged belongs to the life in which it was: it does
   * not begin, or go into, another one (law S5).
   *
   * @param doubt what of this instance's may have been stored before
   */
  Overtaken<S> replace(Restored restored, Overtaken.Doubtful doubt) {
    long changed = versions.sequence() - versions.committed();
    boolean goesOn = record != null && record.standing().isContinuedBy(restored);
    List<Turn<S>> acknowledged = acknowledgements.unanswered().takeAcknowledged(restored.state());
    List<Turn<S>> undone = new ArrayList<>(goesOn ? acknowledged : List.of());
    undone.addAll(
        acknowledgements.unanswered().takeUncommitted(versions.committed(), restored.state()));
    accept(restored);
    return Overtaken.of(
        undone,
        changed,
        doubt,
        versions.latest(),
        instance::knows,
        acknowledgements::stored,
        mailbox::putBack);
  }

  /** Settles turns that were applied to a state that another writer has replaced. */
  void settle(Overtaken<S> overtaken) {
    if (overtaken.taken()) {
      engine.executor.execute(instance::drain);
    }
    overtaken.answer(instance.title());
    if (overtaken.lost() > 0 && key != null && !instance.module().policy().isCommitted()) {
      engine.reports.onLost(key, overtaken.lost());
    }
    signal();
  }

  /**
   * What is in the store now cannot be read: whoever waits is told, the next access tries again.
   */
  void unload(LoadException error) {
    List<Turn<S>> failed = new ArrayList<>();
    synchronized (instance) {
      failed.addAll(acknowledgements.unanswered().drop());
      failed.addAll(mailbox.shut());
      versions.undo();
      loading.forget();
      instance.charge();
    }
    failed.forEach(turn -> turn.fail(error));
  }

  /**
   * The newest state cannot be stored: goes back to the committed one.
   *
   * @param doubtful up to this sequence nobody knows what is stored
   */
  void takeBack(StateRejectedException error, long doubtful) {
    List<Turn<S>> undone;
    List<Turn<S>> answered;
    synchronized (instance) {
      undone =
          acknowledgements
              .unanswered()
              .takeUncommitted(versions.committed(), versions.committedState());
      for (Turn<S> turn : undone) {
        if (turn.id != null && turn.noted) {
          versions.ids().remove(turn.id);
        }
        if (turn.adoption != null) {
          versions.ids().disown(turn.adoption.session(), turn.adoption.revision());
        }
      }
      reset(versions.committedState(), versions.ids());
      answered = acknowledgements.stored(takeRepeats(undone));
    }
    Unanswered.answer(answered);
    for (Turn<S> turn : undone) {
      if (turn.sequence <= doubtful) {
        turn.fail(
            new OutcomeUnknownException(
                "Nothing was heard of a write of %s with %s, and the next was rejected"
                    .formatted(instance.title(), turn.title)));
      } else {
        turn.fail(error);
      }
    }
    signal();
  }

  /** Takes out those that only asked again for an action that is stored; with the lock held. */
  private List<Turn<S>> takeRepeats(List<Turn<S>> turns) {
    List<Turn<S>> repeats = turns.stream().filter(instance::knows).toList();
    turns.removeAll(repeats);
    repeats.forEach(turn -> turn.result = versions.committedState());
    return repeats;
  }

  /**
   * Takes the state back to defaults and the record out of the store; who is attached goes on at
   * once. A tombstone stays for a while, so that no write prepared before succeeds after.
   *
   * @param expires whether its time is up: another writer's record stays then
   */
  CompletableFuture<Void> erase(boolean expires) {
    CompletableFuture<?> departing;
    synchronized (instance) {
      departing = loading.departing();
    }
    return departing == null
        ? eraseNow(expires)
        : departing
            .handle((none, error) -> Optional.empty())
            .thenCompose(
                none -> {
                  loading.departed();
                  return eraseNow(expires);
                });
  }

  private CompletableFuture<Void> eraseNow(boolean expires) {
    Object held = instance.module().states().hold(instance.module().codec().initial(), null);
    List<Turn<S>> failed;
    CompletableFuture<Void> stale;
    boolean turn;
    if (key != null && record != null) {
      engine.rescue().forget(key);
    }
    synchronized (instance) {
      stale = loading.overtake();
      turn = mailbox.open();
      failed = acknowledgements.unanswered().drop();
      reset(held, new ActionIds());
      if (record != null) {
        record.beginErasing(expires);
      }
    }
    ConflictException error = new ConflictException(instance.title() + " was erased");
    failed.forEach(undone -> undone.fail(error));
    signal();
    if (stale != null) {
      stale.complete(null);
    }
    if (turn) {
      engine.executor.execute(instance::drain);
    }
    return record == null
        ? instance.durable()
        : CompletableFuture.allOf(
            instance.durable(),
            Relics.erase(engine, record.store(), instance.module(), record.key()));
  }

  /**
   * The session has taken the state along to another key: begins anew, and its record goes if it
   * has not gone with the other key's first write.
   *
   * @param late whether the session may have been back since: what has changed stays
   * @param taken the record that it has taken along, if any
   */
  void vacate(boolean late, @Nullable Adoption taken) {
    Object held = instance.module().states().hold(instance.module().codec().initial(), null);
    RecordWriter<S> left;
    synchronized (instance) {
      Adoption now = instance.adoption();
      if (now != null && !now.isOf(taken)) {
        return; // What another runtime's guest has done was adopted by nobody.
      }
      if (late && (instance.isDirty() || (now != null && !now.isSame(taken)))) {
        return;
      }
      reset(held, new ActionIds());
      left = record != null && record.hasRecord() ? record : null;
      if (left != null) {
        left.beginErasing(true); // What another runtime has made of it meanwhile stays.
      }
    }
    if (left != null) {
      left.changed(SavePolicy.committed());
    }
  }

  /** Answers everything that waits, because the runtime has ended. */
  void abandon() {
    List<Turn<S>> waiting;
    List<Turn<S>> applied;
    List<CompletableFuture<Void>> flushes;
    CompletableFuture<Void> load;
    synchronized (instance) {
      waiting = mailbox.end();
      load = loading.abandon();
      applied = acknowledgements.unanswered().drop();
      flushes = record == null ? List.of() : record.flushes().takeAll();
      versions.interrupt(); // What runs now is not published.
      instance.charge();
    }
    if (load != null) {
      load.completeExceptionally(loading.closed());
    }
    ClosedException closed = new ClosedException("The runtime was closed before it ran");
    waiting.forEach(turn -> turn.fail(closed));
    OutcomeUnknownException unknown =
        new OutcomeUnknownException(
            "The runtime was closed before the commit of " + instance.title());
    applied.forEach(turn -> turn.fail(unknown));
    Flushes.fail(flushes, unknown);
  }

  /** Makes a state the only one, with the lock held: whatever ran on another is not published. */
  private void reset(Object state, ActionIds known) {
    versions.reset(state, known);
    instance.charge();
  }

  private void signal() {
    List<Listener> told;
    synchronized (instance) {
      told = audience.all();
    }
    told.forEach(Listener::signal);
  }
}
