package dev.holdfast.model;

import dev.holdfast.StateModule;
import dev.holdfast.model.Chain.Place;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriteBatch;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The model: what was asked for, what was answered, what was shown and what landed on the disk, and
 * which laws that breaks. It is told of everything the moment it happens, on the one thread that
 * there is.
 */
final class Judge {

  private final Ledger ledger;
  private final Behind behind;
  private final Landings landings;
  private final Damages damages;
  private final Answers answers;
  private final Showings showings;

  /**
   * @param slots how many runtimes may run at once
   */
  Judge(int slots, InstantSource clock, WatchedStore disk) {
    this.ledger = new Ledger(slots, clock);
    this.behind = new Behind(ledger);
    this.landings = new Landings(ledger, behind);
    this.damages = new Damages(ledger, disk);
    this.answers = new Answers(ledger, behind, damages);
    this.showings = new Showings(ledger, damages);
  }

  /** What was found to be wrong first, or null. */
  @Nullable String verdict() {
    return ledger.verdict();
  }

  /** Notes that a law was broken: its name, and how. */
  void wrong(String law, String how) {
    ledger.wrong(law, how);
  }

  void unexpected(String where, Throwable error) {
    ledger.unexpected(where, error);
  }

  int nextTicket() {
    return ledger.nextTicket();
  }

  void asked(Op op) {
    ledger.asked(op);
  }

  /** An action is on its way for the first time. */
  void sent(Op op) {
    op.firstSent = ledger.now();
    op.sentAt = ledger.nextEvent();
  }

  void began(String session, Client client) {
    ledger.began(session, client);
  }

  Place erasing(StateKey key) {
    return ledger.erasing(key);
  }

  /** An erase was acknowledged. */
  void erased(int slot, StateKey key, Place least) {
    ledger.erased(slot, key, least);
    damages.erased(key);
  }

  /** Entries of one batch have landed. */
  void landed(List<WriteBatch.Entry> batch) {
    landings.landed(batch);
  }

  /** A write whose process is dead is about to land, if it still can. */
  void ghost(WriteBatch batch) {
    landings.ghost(batch);
  }

  /** A write has landed over what cannot be read. */
  void overwritten(WriteBatch.Entry entry, boolean hasCopy) {
    damages.overwritten(entry, hasCopy);
  }

  /** A record was damaged while nothing ran. */
  void damaged(StateKey key) {
    damages.damaged(key);
  }

  /**
   * A hook says that a key's record is about to expire.
   *
   * @param present who is there, and since when
   */
  void expires(StateKey key, Map<Client, Instant> present) {
    landings.expires(key);
    present.forEach(
        (client, since) -> {
          if (ledger.alone && since.isBefore(ledger.now())) {
            wrong("E1", "%s expires, and %s is there since %s".formatted(key, client, since));
          }
        });
  }

  /** Somebody is in a hall, in peace and for a while. */
  void isHere(StateKey key) {
    landings.isHere(key);
  }

  /** Who was shown a hall is there no more. */
  void left(StateKey key, Instant came) {
    landings.left(key, came);
  }

  /** Something is wrong with a runtime or its store. */
  void trouble() {
    landings.trouble();
  }

  /** An attempt was answered. */
  void answered(Op op, int slot, Client client, @Nullable Book book, @Nullable Throwable error) {
    answers.answered(op, slot, client, book, error);
  }

  /** A client was shown its state of a module; it was read this very moment. */
  void shown(int slot, Client client, StateModule<Book> module, @Nullable String room, Book book) {
    showings.shown(slot, client, module, room, book);
  }

  /** A runtime was opened: it has nothing in memory that is older than the disk. */
  void opened(int slot) {
    ledger.opened(slot);
  }

  /** A runtime crashed. */
  void crashed(int slot) {
    behind.crashed(slot);
    landings.crashed();
    landings.trouble();
  }

  /** A runtime begins to close: from now on there may be a file of what it could not save. */
  void closing() {
    landings.rescuing();
  }

  /** A runtime was closed; what it could not save is in a file. */
  void closed(int slot) {
    behind.closed(slot);
    landings.trouble();
  }

  /** The store was found changed by another. */
  void conflict(StateKey key) {
    ledger.conflict(key);
  }

  /** A runtime is at rest, its store works, and no call is under way. */
  void atRest(int slot) {
    behind.atRest(slot);
  }

  /** Nothing is under way, nothing is wrong, and enough time has passed. */
  void settled() {
    behind.settled();
    damages.settled();
    if (ledger.alone) {
      ledger.endConflicts();
    }
  }

  /** Nobody has been anywhere for long enough that all that may expire has done so (law E1). */
  void forsaken() {
    ledger.chains.forEach(
        (key, chain) -> {
          if (Modules.isHall(key) && chain.isPresent()) {
            wrong("E1", "%s was due at %s, and is still there".formatted(key, chain.due()));
          }
        });
  }

  List<Op> all() {
    return ledger.all();
  }
}
