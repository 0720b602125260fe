package dev.holdfast.model;

import dev.holdfast.ConflictException;
import dev.holdfast.HoldfastException;
import dev.holdfast.OutcomeUnknownException;
import dev.holdfast.StateModule;
import dev.holdfast.model.Book.Entry;
import dev.holdfast.model.Chain.Place;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Delete;
import dev.holdfast.store.WriteBatch.Put;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The model: what was asked for, what was answered, what was shown and what landed on the disk, and
 * which laws that breaks. It is told of everything the moment it happens, on the one thread that
 * there is.
 */
final class Judge {

  /** For how long ids are remembered. */
  static final Duration MEMORY = Duration.ofMinutes(10);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Map<Integer, Op> ops = new HashMap<>();
  private final Map<StateKey, Chain> chains = new HashMap<>();
  private final Map<StateKey, Integer> erases = new HashMap<>();
  private final Map<StateKey, Integer> openErases = new HashMap<>();
  private final Map<String, Client> sessions = new HashMap<>();

  /** For each slot and key: nobody may be shown less from now on. */
  private final List<Map<StateKey, Place>> floors = new ArrayList<>();

  /** Acknowledged under write-behind, and not on the disk when that was last asked. */
  private final Map<Integer, Op> behind = new HashMap<>();

  private final Set<StateKey> contested = new HashSet<>();
  private final boolean alone;
  private final InstantSource clock;
  private int tickets;
  private @Nullable String verdict;

  /**
   * @param slots how many runtimes may run at once
   */
  Judge(int slots, InstantSource clock) {
    this.clock = clock;
    this.alone = slots == 1;
    for (int i = 0; i < slots; i++) {
      floors.add(new HashMap<>());
    }
  }

  /** What was found to be wrong first, or null. */
  @Nullable String verdict() {
    return verdict;
  }

  /** Notes that a law was broken: its name, and how. */
  void wrong(String law, String how) {
    if (verdict == null) {
      verdict = law + ": " + how;
    }
  }

  void unexpected(String where, Throwable error) {
    StackTraceElement[] at = error.getStackTrace();
    wrong("unexpected", where + " " + error + (at.length == 0 ? "" : " at " + at[0]));
  }

  int nextTicket() {
    return ++tickets;
  }

  void asked(Op op) {
    ops.put(op.ticket, op);
  }

  void began(String session, Client client) {
    sessions.put(session, client);
  }

  Chain chain(StateKey key) {
    return chains.computeIfAbsent(key, k -> new Chain());
  }

  // Erasing

  void erasing(StateKey key) {
    erases.merge(key, 1, Integer::sum);
    openErases.merge(key, 1, Integer::sum);
    sessions.values().forEach(client -> client.erased(key));
  }

  /** An erase was acknowledged: what was before is never shown there again. */
  void erased(int slot, StateKey key) {
    openErases.merge(key, -1, Integer::sum);
    raise(slot, key, new Place(chain(key).life(), 0));
  }

  private boolean isEverErased(StateKey key) {
    return erases.containsKey(key);
  }

  private boolean isBeingErased(StateKey key) {
    return openErases.getOrDefault(key, 0) > 0;
  }

  // The disk

  /** A write has landed. */
  void landed(WriteBatch.Entry entry) {
    StateKey key = entry.key();
    if (Modules.ALL.stream().noneMatch(module -> module.name().equals(key.module()))) {
      return;
    }
    Chain chain = chain(key);
    switch (entry) {
      case Delete delete -> {
        if (chain.isPresent()) {
          wrong("S5", "the record of " + key + " was deleted, not erased");
        }
      }
      case Put put -> {
        if (put.record().isTombstone()) {
          gone(key, chain);
        } else {
          landed(key, chain, decode(put));
        }
      }
    }
  }

  private static Book decode(Put put) {
    return JSON.treeToValue(JSON.readTree(put.record().content()).get("state"), Book.class);
  }

  private void gone(StateKey key, Chain chain) {
    boolean ended = key.scope() == StateKey.Scope.SESSION && mayHaveEnded(key.id());
    if (!isEverErased(key) && !ended) {
      wrong("E2", "the record of " + key + " was erased by nobody");
    }
    chain.end();
  }

  private boolean mayHaveEnded(String session) {
    Client client = sessions.get(session);
    return client == null
        || !session.equals(client.session)
        || (!client.created.plus(World.TTL).isAfter(clock.instant())
            && (!alone || !client.isConnected()));
  }

  private void landed(StateKey key, Chain chain, Book book) {
    List<Entry> before = chain.head();
    List<Entry> now = book.entries();
    if (!Chain.begins(now, before)) {
      wrong("S4", "%s had %s and was overwritten with %s".formatted(key, before, now));
      return;
    }
    if (!chain.isPresent() && now.isEmpty() && book.login() == 0 && book.note().isEmpty()) {
      wrong("R6", "an unchanged " + key + " was saved");
    }
    if (alone && key.scope() == StateKey.Scope.SESSION && chain.life() > 0 && !isEverErased(key)) {
      wrong("N2", key + " came back after its session's end");
    }
    checkOwner(key, book);
    Set<Integer> seen = new HashSet<>();
    before.forEach(entry -> seen.add(entry.ticket()));
    for (Entry entry : now.subList(before.size(), now.size())) {
      if (!seen.add(entry.ticket()) && isRemembered(entry.ticket())) {
        wrong("A6", "ticket %d is twice in %s".formatted(entry.ticket(), key));
      }
      checkNew(key, chain, entry);
    }
    checkOrder(key, now, before.size());
    chain.commit(List.copyOf(now));
  }

  /** Whether an id is so young that no client that asked again could have been forgotten. */
  private boolean isRemembered(int ticket) {
    Op op = ops.get(ticket);
    Op sent = op == null || op.outer == null ? op : op.outer;
    return sent == null || sent.firstSent.plus(MEMORY).isAfter(clock.instant());
  }

  private void checkOwner(StateKey key, Book book) {
    if (!isDesk(key) || isEverErased(key)) {
      return;
    }
    if (!key.id().equals(book.owner())) {
      wrong("K3", "the record of %s is owned by %s".formatted(key, book.owner()));
    }
    Op login = ops.get(book.login());
    if (login != null && !((Book.Login) login.payload).user().equals(key.id())) {
      wrong("K4", "the record of %s has the log-in %s".formatted(key, login));
    }
    String note = book.note();
    if (!note.isEmpty() && !note.startsWith(key.id() + "#") && !isGuestOf(key, note)) {
      wrong("K4", "the record of %s has another's note: %s".formatted(key, shortened(note)));
    }
  }

  private static String shortened(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }

  /** Whether a stamp is of a guest who may have brought its state along to a key. */
  private boolean isGuestOf(StateKey key, String stamp) {
    return sessions.entrySet().stream()
        .anyMatch(
            each ->
                stamp.startsWith("~" + each.getKey())
                    && (each.getValue().hasTried(key.id()) || isEverErased(key)));
  }

  private static boolean isDesk(StateKey key) {
    return key.module().equals(Modules.DESK.name());
  }

  private void checkNew(StateKey key, Chain chain, Entry entry) {
    Op op = ops.get(entry.ticket());
    if (op == null) {
      wrong("K1", "%s holds ticket %d of nobody".formatted(key, entry.ticket()));
      return;
    }
    if (!op.adds()) {
      wrong("A2", "%s stored %s, which throws or adds nothing".formatted(key, op));
    }
    if (!op.module.name().equals(key.module())
        || (op.room != null && !op.room.equals(key.id()))
        || (key.scope() == StateKey.Scope.SESSION && !op.session.equals(key.id()))) {
      wrong("K1", "%s holds another's %s".formatted(key, op));
    }
    if (isDesk(key) && !entry.stamp().equals(key.id()) && !isGuestOf(key, entry.stamp())) {
      wrong("K4", "%s holds %s, which ran as %s".formatted(key, op, entry.stamp()));
    }
    if (op.isRefused()) {
      wrong("A2", "%s was refused and is stored in %s".formatted(op, key));
    }
    Op outer = op.outer;
    boolean late = outer != null && outer.acked && outer.attempts == 1 && op.storedAt == null;
    if (late && !isBeingErased(key)) {
      wrong("A3", "%s was acknowledged before %s was stored".formatted(outer, op));
    }
    if (op.storedAt != null) {
      if (!op.storedAt.equals(key)) {
        // What was erased is forgotten with its ids, and its sender may be nobody since.
        boolean forgotten = isEverErased(op.storedAt) || !isRemembered(op.ticket);
        if (op.attempts == 1 || !forgotten) {
          wrong("A6", "%s is in %s and in %s".formatted(op, op.storedAt, key));
        }
      } else if (op.storedLife < chain.life() && op.attempts == 1 && mayNotReturn(key, entry)) {
        wrong("S5", "%s was erased from %s and is back".formatted(op, key));
      }
    }
    op.storedAt = key;
    op.storedLife = chain.life();
  }

  /**
   * A guest's state may be adopted again, also after an erase that came before the log-in was
   * answered; of two runtimes, one may end a session that has stood still for too long in the
   * other.
   */
  private boolean mayNotReturn(StateKey key, Entry entry) {
    boolean guests = isDesk(key) && entry.stamp().startsWith("~");
    return (alone && !guests) || !(isDesk(key) || key.scope() == StateKey.Scope.SESSION);
  }

  /** Those sent once, through one connection, are in the order in which they were sent (law A1). */
  private void checkOrder(StateKey key, List<Entry> entries, int from) {
    for (int i = from; i < entries.size(); i++) {
      Op op = ops.get(entries.get(i).ticket());
      if (op == null || op.attempts != 1) {
        continue;
      }
      for (Entry earlier : entries.subList(0, i)) {
        Op other = ops.get(earlier.ticket());
        if (other != null
            && other.attempts == 1
            && other.ticket > op.ticket
            && Objects.equals(other.wire, op.wire)) {
          wrong("A1", "in %s %s comes after %s".formatted(key, op, other));
        }
      }
    }
  }

  // Answers

  /** An attempt was answered. */
  void answered(Op op, int slot, Client client, @Nullable Book book, @Nullable Throwable error) {
    op.answers++;
    Throwable cause = error instanceof CompletionException c ? c.getCause() : error;
    switch (cause) {
      case null -> acknowledged(op, slot, client, Objects.requireNonNull(book));
      case OutcomeUnknownException unknown -> client.inDoubt(op);
      case HoldfastException refusal -> refused(op, refusal);
      default -> unexpected("the answer to " + op, cause);
    }
  }

  private void refused(Op op, HoldfastException error) {
    if (wasErasedWith(op, error)) {
      return; // It may have been stored before, or be so for the moment until then.
    }
    op.refused++;
    if (op.isRefused() && isStored(op)) {
      wrong("A2", "%s is stored in %s and was refused: %s".formatted(op, op.storedAt, error));
    }
  }

  private boolean isStored(Op op) {
    return op.storedAt != null && op.storedLife == chain(op.storedAt).life();
  }

  private boolean wasErasedWith(Op op, HoldfastException error) {
    boolean own = op.module.equals(Modules.MINE) || op.module.equals(Modules.BEHIND);
    boolean erased =
        erases.keySet().stream().anyMatch(key -> key.module().equals(op.module.name()));
    return error instanceof ConflictException && (own || erased);
  }

  private void acknowledged(Op op, int slot, Client client, Book book) {
    op.acked = true;
    if (op.kind == Op.Kind.BREAKS || op.kind == Op.Kind.RELAYS_AND_BREAKS) {
      wrong("A2", op + " throws and was acknowledged");
    }
    Op nested = op.nested;
    if (nested != null && nested.storedAt == null && !op.action.equals("relayAsync")) {
      wrong("A3", "%s was acknowledged before %s was stored".formatted(op, nested));
    }
    boolean guest = op.module.equals(Modules.DESK) && book.owner() == null;
    if (op.isWriteBehind()) {
      if (op.adds() && op.storedAt == null) {
        behind.put(op.ticket, op);
      }
    } else if (op.adds() && !guest && !mayHaveBeenGuest(op)) {
      if (op.storedAt == null) {
        wrong("A3", op + " was acknowledged and is not stored");
      } else if (isStored(op)) {
        checkAnswer(op, slot, book);
      }
    }
    if (op.kind == Op.Kind.SWITCHES) {
      client.switched(op, alone);
    }
  }

  /** Whether it was done in memory, as nobody, and is only answered again as somebody. */
  private static boolean mayHaveBeenGuest(Op op) {
    return op.module.equals(Modules.DESK) && op.attempts > 1 && op.storedAt == null;
  }

  private void checkAnswer(Op op, int slot, Book book) {
    StateKey key = Objects.requireNonNull(op.storedAt);
    Chain chain = chain(key);
    for (int i = 0; i < chain.head().size(); i++) {
      if (chain.head().get(i).ticket() == op.ticket) {
        raise(slot, key, new Place(chain.life(), i + 1));
        break; // A second one is of an attempt that came when the first was forgotten.
      }
    }
    boolean here = !isDesk(key) || key.id().equals(book.owner());
    if (here && book.entries().stream().noneMatch(entry -> entry.ticket() == op.ticket)) {
      if (!isBeingErased(key)) {
        wrong("A3", "%s was answered with %s".formatted(op, book.entries()));
      }
    }
  }

  // What is shown

  /** A client was shown its state of a module; it was read this very moment. */
  void shown(int slot, Client client, StateModule<Book> module, @Nullable String room, Book book) {
    String session = Objects.requireNonNull(client.session);
    if (module.equals(Modules.DESK)) {
      shownDesk(slot, client, book);
    } else if (module.equals(Modules.SHARED)) {
      shown(slot, StateKey.global(module.name()), book);
    } else if (module.equals(Modules.ROOM)) {
      shown(slot, StateKey.keyed(module.name(), Objects.requireNonNull(room)), book);
    } else {
      shown(slot, StateKey.session(module.name(), session), book);
    }
  }

  private void shownDesk(int slot, Client client, Book book) {
    String owner = book.owner();
    if (!client.isPossibly(owner)) {
      wrong("K5", "%s was shown %s, who it never is".formatted(client, owner));
    }
    String sure = client.sure(clock.instant());
    if (sure != null && !sure.equals(owner == null ? "" : owner)) {
      wrong("K5", "%s is \"%s\" and was shown \"%s\"".formatted(client, sure, owner));
    }
    if (owner != null) {
      shown(slot, StateKey.keyed(Modules.DESK.name(), owner), book);
      return;
    }
    for (Entry entry : book.entries()) {
      if (erases.isEmpty() && !entry.stamp().equals("~" + client.session)) {
        wrong("K3", "%s was shown %s as nobody".formatted(client, entry));
      }
    }
  }

  /** A state of a key was shown; it was read this very moment. */
  void shown(int slot, StateKey key, Book book) {
    Chain chain = chain(key);
    if (isDesk(key)) {
      for (Entry entry : book.entries()) {
        if (!entry.stamp().equals(key.id()) && !isGuestOf(key, entry.stamp())) {
          wrong("K5", "%s was shown %s".formatted(key, entry));
        }
      }
    }
    if (key.module().equals(Modules.BEHIND.name())) {
      return;
    }
    int life = chain.lifeOf(book.entries());
    if (life < 0) {
      wrong(
          "A3",
          "%s was shown as %s, which was never committed; it is %s"
              .formatted(key, book.entries(), chain.head()));
      return;
    }
    Place place = new Place(life, book.entries().size());
    Place floor = floors.get(slot).getOrDefault(key, Place.START);
    boolean defaults = book.entries().isEmpty() && isBeingErased(key);
    if (place.compareTo(floor) < 0 && !defaults) {
      wrong("N4", "%s was shown as %s, after %s of %s".formatted(key, place, floor, chain.head()));
    }
    raise(slot, key, place);
  }

  private void raise(int slot, StateKey key, Place to) {
    floors.get(slot).merge(key, to, (a, b) -> a.compareTo(b) > 0 ? a : b);
  }

  // Comings and goings of runtimes

  /** A runtime was opened: it has nothing in memory that is older than the disk. */
  void opened(int slot) {
    chains.forEach((key, chain) -> raise(slot, key, chain.place()));
  }

  /** A runtime crashed: what it had acknowledged of late under write-behind may be lost. */
  void crashed(int slot) {
    behind.clear();
  }

  /** The store was found changed by another. */
  void conflict(StateKey key) {
    contested.add(key);
  }

  /** Nothing is under way, nothing is wrong, and enough time has passed. */
  void settled() {
    for (Op op : behind.values()) {
      StateKey key = StateKey.session(op.module.name(), op.session);
      boolean kept = !isEverErased(key) && !mayHaveEnded(op.session);
      if (op.storedAt == null && !contested.contains(key) && kept) {
        wrong("A3", op + " was acknowledged, and was never saved");
      }
    }
    behind.clear();
    if (alone) {
      contested.clear();
    }
  }

  List<Op> all() {
    return List.copyOf(ops.values());
  }
}
