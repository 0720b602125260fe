package dev.holdfast.model;

import dev.holdfast.model.Book.Entry;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateKey.Scope;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Delete;
import dev.holdfast.store.WriteBatch.Put;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/**
 * What may land on the disk: every record holds what it held before, and no more than was asked.
 */
final class Landings {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A visit prolongs a record's life by the tenth, and is noted once in a while. */
  static final Duration LEAST_STAY =
      Modules.HALL_LIFE.dividedBy(10).multipliedBy(9).minusMinutes(1);

  private final Ledger ledger;
  private final Behind behind;

  /** Guests' entries that were adopted in the batch at hand, and where they were. */
  private final Map<Op, StateKey> adopted = new HashMap<>();

  /** The expiring keys whose hook has run since their last write. */
  private final Set<StateKey> expiring = new HashSet<>();

  /** Records that a dead process's write was to take away, and when their time was up. */
  private final Map<StateKey, Instant> taken = new HashMap<>();

  private final Set<String> met = new HashSet<>();
  private boolean crashed;
  private boolean rescuing;

  /** The last visit of each hall, and when something was last wrong with a runtime or its store. */
  private final Map<StateKey, Visit> visits = new HashMap<>();

  private Instant trouble = Instant.MIN;

  private record Visit(Instant came, Instant left) {}

  Landings(Ledger ledger, Behind behind) {
    this.ledger = ledger;
    this.behind = behind;
  }

  /** Entries of one batch have landed. */
  void landed(List<WriteBatch.Entry> batch) {
    adopted.clear();
    List<WriteBatch.Entry> last = new ArrayList<>();
    for (WriteBatch.Entry entry : batch) {
      if (Modules.ALL.stream().noneMatch(each -> each.name().equals(entry.key().module()))) {
        continue;
      }
      if (entry instanceof Put put && !put.record().isTombstone()) {
        put(put.key(), put.record());
      } else {
        last.add(entry);
      }
    }
    last.forEach(this::gone);
    adopted.forEach(this::checkAdopted);
  }

  /**
   * A write of a process that is dead is about to land. If that takes a record away, a runtime that
   * has loaded it since does not know, and lets it expire as well: its hook runs once more.
   */
  void ghost(WriteBatch batch) {
    for (WriteBatch.Entry entry : batch.entries()) {
      Chain chain = ledger.chain(entry.key());
      if (entry instanceof Put put && put.record().isTombstone() && chain.isPresent()) {
        taken.put(put.key(), chain.due());
      }
    }
  }

  /** A hook says that a key's record is about to expire. */
  void expires(StateKey key) {
    Chain chain = ledger.chain(key);
    Instant due = chain.isPresent() ? chain.due() : taken.getOrDefault(key, Instant.MAX);
    if (ledger.alone && ledger.now().isBefore(due)) {
      ledger.wrong("E1", "%s expires before %s".formatted(key, due));
    }
    Visit visit = visits.get(key);
    if (visit != null && ledger.alone && trouble.isBefore(visit.came)) {
      if (ledger.now().isBefore(visit.left.plus(LEAST_STAY))) {
        ledger.wrong("E1", "%s expires, though somebody left at %s".formatted(key, visit.left));
      }
    }
    expiring.add(key);
  }

  /** Somebody is in a hall, in peace and for a while: its record is prolonged now and then. */
  void isHere(StateKey key) {
    Chain chain = ledger.chain(key);
    if (chain.isPresent() && chain.due().isBefore(ledger.now().plus(LEAST_STAY))) {
      ledger.wrong("E1", "%s is due at %s, and somebody is there".formatted(key, chain.due()));
    }
  }

  /** Who was shown a hall is there no more. */
  void left(StateKey key, Instant came) {
    visits.put(key, new Visit(came, ledger.now()));
  }

  /** Something is wrong with a runtime or its store. */
  void trouble() {
    trouble = ledger.now();
  }

  /** From now on a session may meet a module again. */
  void crashed() {
    crashed = true;
  }

  /** From now on a record may come from a rescue file. */
  void rescuing() {
    rescuing = true;
    crashed();
  }

  // The end of a record

  private void gone(WriteBatch.Entry entry) {
    StateKey key = entry.key();
    Chain chain = ledger.chain(key);
    if (entry instanceof Delete) {
      if (chain.isPresent()) {
        ledger.wrong("S5", "the record of " + key + " was deleted, not erased");
      }
      return;
    }
    boolean ended = key.scope() == Scope.SESSION && ledger.mayHaveEnded(key.id());
    ended |= Modules.isHall(key) && !chain.isPresent(); // Two runtimes found it due.
    if (Modules.isCart(key) && key.scope() == Scope.SESSION && !ended) {
      checkLeft(key, chain);
    } else if (!ledger.isEverErased(key) && !ended && !expiring.contains(key)) {
      ledger.wrong("E2", "the record of " + key + " was erased by nobody");
    }
    expiring.remove(key);
    chain.end(ledger.now());
  }

  /** A guest's record ends when the log-in's key holds all that was in it (law K2). */
  private void checkLeft(StateKey guest, Chain chain) {
    for (Entry entry : chain.actions()) {
      Op op = ledger.op(entry.ticket());
      if (op != null && guest.equals(op.storedAt) && !ledger.isEverErased(guest)) {
        ledger.wrong("K2", "%s ended, and %s was adopted by nobody".formatted(guest, op));
      }
    }
  }

  /** What was adopted is not the guest's any more. */
  private void checkAdopted(Op op, StateKey guest) {
    Chain chain = ledger.chain(guest);
    boolean both = chain.actions().stream().anyMatch(entry -> entry.ticket() == op.ticket);
    if (both) {
      ledger.wrong("K2", "%s is in %s and still in %s".formatted(op, op.storedAt, guest));
    }
  }

  // A record

  private static Book decode(StateRecord record) {
    return JSON.treeToValue(JSON.readTree(record.content()).get("state"), Book.class);
  }

  private void put(StateKey key, StateRecord record) {
    Chain chain = ledger.chain(key);
    Book book = decode(record);
    boolean first = !chain.isPresent();
    if (isEraseAndMore(key, chain, record)) {
      chain.end(ledger.now());
    }
    List<Entry> before = chain.head();
    List<Entry> now = book.entries();
    if (!Chain.begins(now, before)) {
      ledger.wrong("S4", "%s had %s and was overwritten with %s".formatted(key, before, now));
      return;
    }
    boolean changed = !Chain.ofActions(now).isEmpty() || book.login() != 0;
    if (first && !changed && book.note().isEmpty()) {
      ledger.wrong("R6", "an unchanged " + key + " was saved");
    }
    checkLives(key, chain, record, now.size() > before.size());
    checkOwner(key, book);
    Set<Integer> seen = new HashSet<>();
    before.forEach(entry -> seen.add(entry.ticket()));
    List<Entry> added = now.subList(before.size(), now.size());
    for (Entry entry : added) {
      if (!seen.add(entry.ticket()) && ledger.isRemembered(entry.ticket())) {
        ledger.wrong("A6", "ticket %d is twice in %s".formatted(entry.ticket(), key));
      }
      checkNew(key, chain, entry);
    }
    checkOrder(key, now, before.size());
    chain.commit(List.copyOf(now), record);
    taken.remove(key);
    expiring.remove(key);
    behind.landed(key, added);
  }

  /** Whether it was rescued: an erase, and what has been done after that, are one record there. */
  private boolean isEraseAndMore(StateKey key, Chain chain, StateRecord record) {
    return rescuing
        && (ledger.isEverErased(key) || expiring.contains(key))
        && record.revision().incarnation() != chain.incarnation();
  }

  private void checkLives(StateKey key, Chain chain, StateRecord record, boolean changed) {
    boolean again = chain.life() > 0 && !ledger.isEverErased(key) && !Modules.isCart(key);
    if (ledger.alone && key.scope() == Scope.SESSION && again) {
      ledger.wrong("N2", key + " came back after its session's end");
    }
    if (changed && Modules.isHall(key)) {
      Instant least = record.writtenAt().plus(Modules.HALL_LIFE);
      if (record.dueAt() == null || record.dueAt().isBefore(least)) {
        ledger.wrong("E1", "%s was changed and is due at %s".formatted(key, record.dueAt()));
      }
    }
  }

  private void checkOwner(StateKey key, Book book) {
    if (!Modules.isNamed(key) || ledger.isEverErased(key)) {
      return;
    }
    boolean guest = key.scope() == Scope.SESSION;
    if (!Objects.equals(guest ? null : key.id(), book.owner())) {
      ledger.wrong("K3", "the record of %s is owned by %s".formatted(key, book.owner()));
    }
    Op login = ledger.op(book.login());
    if (login != null && (guest || !((Book.Login) login.payload).user().equals(key.id()))) {
      ledger.wrong("K4", "the record of %s has the log-in %s".formatted(key, login));
    }
    String note = book.note();
    if (!note.isEmpty() && !isOf(key, note, "#")) {
      ledger.wrong("K4", "the record of %s has another's note: %s".formatted(key, shown(note)));
    }
  }

  /** Whether something was stamped by a key's state, or may have come to it with a guest. */
  private boolean isOf(StateKey key, String stamp, String end) {
    return key.scope() == Scope.SESSION
        ? stamp.startsWith("~" + key.id())
        : (stamp + end).startsWith(key.id() + end) || ledger.isGuestOf(key, stamp);
  }

  private static String shown(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }

  private void checkNew(StateKey key, Chain chain, Entry entry) {
    if (entry.ticket() < 0) {
      checkHook(key, entry);
      return;
    }
    Op op = ledger.op(entry.ticket());
    if (op == null) {
      ledger.wrong("K1", "%s holds ticket %d of nobody".formatted(key, entry.ticket()));
      return;
    }
    if (!op.adds()) {
      ledger.wrong("A2", "%s stored %s, which throws or adds nothing".formatted(key, op));
    }
    if (!op.module.name().equals(key.module())
        || (op.room != null && !op.room.equals(key.id()))
        || (key.scope() == Scope.SESSION && !op.session.equals(key.id()))) {
      ledger.wrong("K1", "%s holds another's %s".formatted(key, op));
    }
    if (Modules.isNamed(key) && !isOf(key, entry.stamp(), "")) {
      ledger.wrong("K4", "%s holds %s, which ran as %s".formatted(key, op, entry.stamp()));
    }
    if (op.isRefused()) {
      ledger.wrong("A2", "%s was refused and is stored in %s".formatted(op, key));
    }
    Op outer = op.outer;
    boolean late = outer != null && outer.acked && outer.attempts == 1 && op.storedAt == null;
    if (late && !ledger.isBeingErased(key)) {
      ledger.wrong("A3", "%s was acknowledged before %s was stored".formatted(outer, op));
    }
    checkPlace(key, chain, entry, op);
    op.storedAt = key;
    op.storedLife = chain.life();
  }

  /** A session meets a module once, unless a crash makes it forget that (law R1). */
  private void checkHook(StateKey key, Entry entry) {
    boolean once = entry.stamp().startsWith("created:") && ledger.alone && !crashed;
    if (once && !met.add(key + entry.stamp())) {
      ledger.wrong("R1", "%s has %s twice".formatted(key, entry.stamp()));
    }
  }

  private void checkPlace(StateKey key, Chain chain, Entry entry, Op op) {
    StateKey before = op.storedAt;
    if (before == null) {
      return;
    }
    if (before.equals(key)) {
      boolean back = op.storedLife < chain.life() && op.attempts == 1;
      if (back && mayNotReturn(key, entry) && !isTombstoneOver(chain)) {
        ledger.wrong("S5", "%s was erased from %s and is back".formatted(op, key));
      }
      return;
    }
    if (Modules.isCart(key) && before.scope() == Scope.SESSION && key.scope() == Scope.KEYED) {
      adopted.put(op, before);
      return;
    }
    boolean guests = Modules.isNamed(key) && entry.stamp().startsWith("~");
    if (guests && ledger.isEverErased(before)) {
      return; // The erase undid a log-in: what the guest did is the guest's again.
    }
    // What was erased is forgotten with its ids, and its sender may be nobody since.
    boolean forgotten = ledger.isEverErased(before) || !ledger.isRemembered(op.ticket);
    if (op.attempts == 1 || !forgotten) {
      ledger.wrong("A6", "%s is in %s and in %s".formatted(op, before, key));
    }
  }

  /**
   * A guest's state may be adopted again, also after an erase that came before the log-in was
   * answered; of two runtimes, one may end a session that has stood still for too long in the
   * other.
   */
  private boolean mayNotReturn(StateKey key, Entry entry) {
    boolean guests = Modules.isNamed(key) && entry.stamp().startsWith("~");
    return (ledger.alone && !guests)
        || !(Modules.isNamed(key) || key.scope() == StateKey.Scope.SESSION);
  }

  /**
   * Whether a runtime that has tried its first write all the time, and heard nothing, finds nothing
   * there any more: a tombstone is kept for that long (law S5).
   */
  private boolean isTombstoneOver(Chain chain) {
    return !ledger.alone && !chain.ended().plus(Ledger.MEMORY).isAfter(ledger.now());
  }

  /** Those sent once, through one connection, are in the order in which they were sent (law A1). */
  private void checkOrder(StateKey key, List<Entry> entries, int from) {
    for (int i = from; i < entries.size(); i++) {
      Op op = ledger.op(entries.get(i).ticket());
      if (op == null || op.attempts != 1) {
        continue;
      }
      for (Entry earlier : entries.subList(0, i)) {
        Op other = ledger.op(earlier.ticket());
        if (other != null
            && other.attempts == 1
            && other.ticket > op.ticket
            && Objects.equals(other.wire, op.wire)) {
          ledger.wrong("A1", "in %s %s comes after %s".formatted(key, op, other));
        }
      }
    }
  }
}
