package dev.holdfast.model;

import dev.holdfast.model.Chain.Place;
import dev.holdfast.store.StateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All that is known of a world: what was asked for, what the disk holds, and what was wrong. */
final class Ledger {

  /** For how long ids are remembered. */
  static final Duration MEMORY = Duration.ofMinutes(10);

  final Map<StateKey, Chain> chains = new HashMap<>();

  /** Whether there is but one runtime at any time. */
  final boolean alone;

  final InstantSource clock;
  private final Map<Integer, Op> ops = new HashMap<>();
  private final Map<StateKey, Integer> erases = new HashMap<>();
  private final Map<StateKey, Integer> openErases = new HashMap<>();
  private final Map<String, Client> sessions = new HashMap<>();
  private final Set<StateKey> contested = new HashSet<>();

  /** For each slot and key: nobody may be shown less from now on. */
  private final List<Map<StateKey, Place>> floors = new ArrayList<>();

  private int tickets;
  private int events;
  private @Nullable String verdict;

  /**
   * @param slots how many runtimes may run at once
   */
  Ledger(int slots, InstantSource clock) {
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

  Instant now() {
    return clock.instant();
  }

  int nextTicket() {
    return ++tickets;
  }

  /** A number that is larger for what happens later. */
  int nextEvent() {
    return ++events;
  }

  void asked(Op op) {
    ops.put(op.ticket, op);
  }

  @Nullable Op op(int ticket) {
    return ops.get(ticket);
  }

  List<Op> all() {
    return List.copyOf(ops.values());
  }

  Chain chain(StateKey key) {
    return chains.computeIfAbsent(key, k -> new Chain());
  }

  /** Whether an action's entry is in the record as it is now. */
  boolean isStored(Op op) {
    return op.storedAt != null && op.storedLife == chain(op.storedAt).life();
  }

  /** Whether an id is so young that no client that asked again could have been forgotten. */
  boolean isRemembered(int ticket) {
    Op op = ops.get(ticket);
    Op sent = op == null || op.outer == null ? op : op.outer;
    return sent == null || sent.firstSent.plus(MEMORY).isAfter(now());
  }

  // Sessions

  void began(String session, Client client) {
    sessions.put(session, client);
  }

  boolean mayHaveEnded(String session) {
    Client client = sessions.get(session);
    return client == null
        || !session.equals(client.session)
        || (!client.created.plus(World.TTL).isAfter(now()) && (!alone || !client.isConnected()));
  }

  /** Whether a stamp is of a guest who may have brought its state along to a key. */
  boolean isGuestOf(StateKey key, String stamp) {
    return sessions.entrySet().stream()
        .anyMatch(
            each ->
                stamp.startsWith("~" + each.getKey())
                    && (each.getValue().who(key.module()).hasTried(key.id()) || isEverErased(key)));
  }

  // Erasing

  /** Returns what nobody may be shown less than when it is done. */
  Place erasing(StateKey key) {
    erases.merge(key, 1, Integer::sum);
    openErases.merge(key, 1, Integer::sum);
    sessions.values().forEach(client -> client.erased(key));
    Chain chain = chain(key);
    return new Place(chain.isPresent() ? chain.life() + 1 : chain.life(), 0);
  }

  /**
   * An erase was acknowledged: what was before is never shown there again. Of two runtimes, the
   * other may have erased since what has come after this one.
   */
  void erased(int slot, StateKey key, Place least) {
    openErases.merge(key, -1, Integer::sum);
    raise(slot, key, alone ? new Place(chain(key).life(), 0) : least);
  }

  boolean isAnythingErased() {
    return !erases.isEmpty();
  }

  boolean isEverErased(StateKey key) {
    return erases.containsKey(key);
  }

  boolean isEverErased(String module) {
    return erases.keySet().stream().anyMatch(key -> key.module().equals(module));
  }

  boolean isBeingErased(StateKey key) {
    return openErases.getOrDefault(key, 0) > 0;
  }

  // Conflicts

  /** The store was found changed by another. */
  void conflict(StateKey key) {
    contested.add(key);
  }

  boolean isContested(StateKey key) {
    return contested.contains(key);
  }

  void endConflicts() {
    contested.clear();
  }

  // What nobody may be shown less than

  Place floor(int slot, StateKey key) {
    return floors.get(slot).getOrDefault(key, Place.START);
  }

  void raise(int slot, StateKey key, Place to) {
    floors.get(slot).merge(key, to, (a, b) -> a.compareTo(b) > 0 ? a : b);
  }

  /** A runtime was opened: it has nothing in memory that is older than the disk. */
  void opened(int slot) {
    chains.forEach((key, chain) -> raise(slot, key, chain.place()));
  }
}
