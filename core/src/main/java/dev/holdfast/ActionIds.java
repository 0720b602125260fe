package dev.holdfast;

import dev.holdfast.store.Revision;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which actions a state holds already (law A6): for each client of the last minutes its highest
 * number, and for that and the 63 before it whether it was applied. And which guests' records it
 * has taken along, for as long (law K2): they stand where a client without a name would, of which
 * there is none, with the record's revision for numbers. Not thread-safe: it belongs to its
 * instance's lock.
 */
final class ActionIds {

  static final int WINDOW = 64;

  /**
   * How much is remembered.
   *
   * @param clients at most so many, then new ones are refused
   * @param time since a client's newest action, at least
   */
  record Memory(int clients, Duration time) {
    static final Memory DEFAULT = new Memory(4_096, Duration.ofMinutes(10));
  }

  /** What is known of an id. */
  enum Known {
    /** Not applied so far. */
    NEW,
    /** Applied: answer again, do not run again. */
    APPLIED,
    /** Older than the window: nobody knows. */
    FORGOTTEN,
    /** New, of a new client, and the table is full. */
    NO_ROOM
  }

  /**
   * One client.
   *
   * @param highest the highest number applied
   * @param applied bit i says whether number {@code highest - i} was applied
   * @param at when the newest was applied, or last waited for its answer, in milliseconds of the
   *     epoch
   */
  record Client(long highest, long applied, long at) {

    Client with(long number, long now) {
      if (number > highest) {
        long shift = number - highest;
        return new Client(number, shift >= WINDOW ? 1 : applied << shift | 1, now);
      }
      return new Client(highest, applied | 1L << (highest - number), now);
    }

    /** What either knows. */
    Client and(Client other) {
      if (other.highest > highest) {
        return other.and(this);
      }
      long shift = highest - other.highest;
      return new Client(
          highest,
          shift >= WINDOW ? applied : applied | other.applied << shift,
          Math.max(at, other.at));
    }

    /** Whether it knows all that another one does. */
    boolean holds(Client other) {
      Client both = and(other);
      return both.highest == highest && both.applied == applied;
    }

    Client heard(long now) {
      return new Client(highest, applied, Math.max(at, now));
    }

    /** One of them may not be applied: it is below the highest now, where none runs any more. */
    Client doubting(ActionId id) {
      Client without = without(id.number());
      return id.number() < highest ? without : new Client(highest + 1, without.applied << 1, at);
    }

    Client without(long number) {
      return new Client(highest, applied & ~(1L << (highest - number)), at);
    }
  }

  private @Nullable Map<String, Client> clients;

  /**
   * What is known of an id.
   *
   * @param time asked only when the table is full
   */
  Known look(ActionId id, InstantSource time, Memory memory) {
    Client client = clients == null ? null : clients.get(id.client());
    if (client == null) {
      return hasRoom(time, memory) ? Known.NEW : Known.NO_ROOM;
    }
    long age = client.highest - id.number();
    if (age < 0) {
      return Known.NEW;
    }
    if (age >= WINDOW) {
      return Known.FORGOTTEN;
    }
    return (client.applied >>> age & 1) == 1 ? Known.APPLIED : Known.NEW;
  }

  /** What is known of a turn's action; it is new if it comes with more of its guest's. */
  <S> Known look(Turn<S> turn, InstantSource time, StateModule<S> module) {
    if (turn.isStored) {
      return Known.APPLIED;
    }
    if (turn.id == null) {
      return Known.NEW;
    }
    Known known = look(turn.id, time, module.idMemory());
    return known == Known.APPLIED && asksForMore(turn, module) ? Known.NEW : known;
  }

  /** Whether a turn comes with ids, or a guest's record asked for, that the state does not hold. */
  <S> boolean asksForMore(Turn<S> turn, StateModule<S> module) {
    Adoption adoption = turn.adoption;
    boolean adopts =
        adoption != null
            && module.onAdopt() != null
            && !adoption.revision().equals(adopted(adoption.session()));
    return adopts || !holds(turn.brought);
  }

  /**
   * The same of an id, but a number below the highest that was not applied then is not to be
   * applied now.
   */
  Known lookBack(ActionId id, InstantSource time, Memory memory) {
    Known known = look(id, time, memory);
    Client client = clients == null ? null : clients.get(id.client());
    boolean late = client != null && known == Known.NEW && id.number() < client.highest;
    return late ? Known.FORGOTTEN : known;
  }

  private boolean hasRoom(InstantSource time, Memory memory) {
    if (clients == null || clients.size() < memory.clients()) {
      return true;
    }
    prune(time.instant(), memory.time());
    return clients == null || clients.size() < memory.clients();
  }

  void add(ActionId id, Instant now) {
    if (clients == null) {
      clients = HashMap.newHashMap(1);
    }
    long at = now.toEpochMilli();
    Client before = clients.get(id.client());
    clients.put(
        id.client(),
        before == null ? new Client(id.number(), 1, at) : before.with(id.number(), at));
  }

  /** An applied action still waits for its answer: its client is not to be forgotten yet. */
  void heard(@Nullable ActionId id, Instant now) {
    if (clients != null && id != null) {
      clients.computeIfPresent(id.client(), (name, client) -> client.heard(now.toEpochMilli()));
    }
  }

  /** Adds what is known from elsewhere. */
  void addAll(Map<String, Client> known) {
    for (Map.Entry<String, Client> entry : known.entrySet()) {
      if (clients == null) {
        clients = HashMap.newHashMap(known.size());
      }
      clients.merge(entry.getKey(), entry.getValue(), Client::and);
    }
  }

  /** Whether all of this is known. */
  boolean holds(Map<String, Client> known) {
    for (Map.Entry<String, Client> entry : known.entrySet()) {
      Client here = clients == null ? null : clients.get(entry.getKey());
      if (here == null || !here.holds(entry.getValue())) {
        return false;
      }
    }
    return true;
  }

  /** What is known of a session's own actions: a map of the caller's. */
  Map<String, Client> of(String session) {
    if (clients == null) {
      return new HashMap<>(0);
    }
    Map<String, Client> own = new HashMap<>(clients);
    String start = guest(session);
    own.keySet().removeIf(client -> !client.startsWith(start) || client.equals(start));
    return own;
  }

  private static String guest(String session) {
    return session + "/";
  }

  /** The state holds a session's guest: its record of that revision. Not noted in a full table. */
  void adopt(String session, Revision revision, Instant now, Memory memory) {
    if (clients == null) {
      clients = HashMap.newHashMap(1);
    }
    String guest = guest(session);
    if (clients.size() < memory.clients() || clients.containsKey(guest)) {
      clients.put(guest, new Client(revision.incarnation(), revision.count(), now.toEpochMilli()));
    }
  }

  /** The revision of the last of a session's guest's records that the state holds, or null. */
  @Nullable Revision adopted(String session) {
    Client guest = clients == null ? null : clients.get(guest(session));
    return guest == null ? null : new Revision(guest.highest, guest.applied);
  }

  /** Takes a guest back that was noted and whose change is not kept. */
  void disown(String session, Revision revision) {
    if (clients != null && revision.equals(adopted(session))) {
      clients.remove(guest(session));
    }
  }

  /** Takes back an id that was added and whose change is not kept. */
  void remove(ActionId id) {
    if (clients != null) {
      clients.computeIfPresent(id.client(), (name, client) -> client.without(id.number()));
    }
  }

  /** Forgets clients that were silent for so long. */
  void prune(Instant now, Duration silence) {
    if (clients != null) {
      long oldest = now.minus(silence).toEpochMilli();
      clients.values().removeIf(client -> client.at < oldest);
      if (clients.isEmpty()) {
        clients = null;
      }
    }
  }

  boolean isEmpty() {
    return clients == null;
  }

  /** A copy of what is known. */
  Map<String, Client> all() {
    return clients == null ? Map.of() : Map.copyOf(clients);
  }

  static ActionIds of(Map<String, Client> known) {
    ActionIds ids = new ActionIds();
    ids.clients = known.isEmpty() ? null : new HashMap<>(known);
    return ids;
  }
}
