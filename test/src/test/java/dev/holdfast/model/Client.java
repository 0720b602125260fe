package dev.holdfast.model;

import dev.holdfast.SessionConnection;
import dev.holdfast.Subscription;
import dev.holdfast.store.StateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A browser: it keeps its token, sends actions with ids, and those without an answer again. */
final class Client {

  final int number;
  @Nullable String token;
  @Nullable String session;
  @Nullable Wire wire;
  Instant created = Instant.MIN;
  Instant alive = Instant.MIN;

  /** Whether its session must outlive every crash (law N1). */
  boolean durable;

  private int pages;
  private int sent;
  final List<Op> unanswered = new ArrayList<>();
  private final Map<String, Identity> identities = new HashMap<>();

  /** One connection, as both ends see it. */
  static final class Wire {
    final Slot slot;
    final Serial serial;
    @Nullable SessionConnection connection;
    final List<Subscription> subscriptions = new ArrayList<>();

    /** The halls that it is in, each with the time when it was first shown what is there. */
    final Map<StateKey, Instant> present = new HashMap<>();

    final Map<String, Subscription> halls = new HashMap<>();
    boolean dropped;

    Wire(Slot slot) {
      this.slot = slot;
      this.serial = new Serial(slot.process());
    }
  }

  Client(int number) {
    this.number = number;
  }

  boolean isConnected() {
    return wire != null && wire.connection != null;
  }

  /** Who it is at a module whose state names its key. */
  Identity who(String module) {
    return identities.computeIfAbsent(module, name -> new Identity());
  }

  /** Another session than before. */
  void begins(String token, String session, Instant now) {
    this.token = token;
    this.session = session;
    created = now;
    durable = false;
    unanswered.clear();
    identities.values().forEach(Identity::begins);
  }

  /** There was peace: a session that is older than five seconds is known everywhere (N1). */
  void keptItsSession(Instant now) {
    durable |= isConnected() && created.plusSeconds(6).isBefore(now);
  }

  /** The page was loaded anew: ids begin with another name, and nothing is sent again. */
  void reload() {
    pages++;
    sent = 0;
    unanswered.clear();
  }

  String nextId() {
    return "c%dp%d.%d".formatted(number, pages, sent++);
  }

  /** A key was erased: who was there may be nobody now. */
  void erased(StateKey key) {
    if (Modules.isNamed(key) && key.scope() == StateKey.Scope.KEYED) {
      who(key.module()).erased();
    }
  }

  @Override
  public String toString() {
    return "client " + number;
  }
}
