package dev.holdfast.model;

import dev.holdfast.SessionConnection;
import dev.holdfast.Subscription;
import dev.holdfast.store.StateKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A browser: it keeps its token, sends actions with ids, and those without an answer again. */
final class Client {

  final int number;
  @Nullable String token;
  @Nullable String session;
  @Nullable Wire wire;
  Instant created = Instant.MIN;
  Instant alive = Instant.MIN;
  boolean durable;
  private int pages;
  private int sent;
  final List<Op> unanswered = new ArrayList<>();

  /** Who it may be, for all it knows; "" for nobody. */
  private Set<String> possible = new HashSet<>(Set.of(""));

  private final Set<String> tried = new HashSet<>();
  private final List<Op> switches = new ArrayList<>();
  private final List<Op> repeated = new ArrayList<>();

  /** Whether a key was erased where it may have been. */
  private boolean mayBeNobody;

  /** Who it must be, if that is known. */
  private @Nullable String sure = "";

  /** One connection, as both ends see it. */
  static final class Wire {
    final Slot slot;
    final Serial serial;
    @Nullable SessionConnection connection;
    final List<Subscription> subscriptions = new ArrayList<>();
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

  /** Another session than before. */
  void begins(String token, String session, Instant now) {
    this.token = token;
    this.session = session;
    created = now;
    durable = false;
    unanswered.clear();
    switches.clear();
    repeated.clear();
    possible = new HashSet<>(Set.of(""));
    mayBeNobody = false;
    sure = "";
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

  boolean hasTried(String user) {
    return tried.contains(user);
  }

  boolean isPossibly(@Nullable String user) {
    if (mayBeNobody) {
      return user == null || tried.contains(user);
    }
    return possible.contains(user == null ? "" : user);
  }

  private static String target(Op op) {
    return op.payload instanceof Book.Login login ? login.user() : "";
  }

  /** A log-in or log-out is on its way. */
  void switching(Op op) {
    if (op.acked) {
      repeated.add(op); // It has been done, so doing it again does nothing.
      return;
    }
    tried.add(target(op));
    possible.add(target(op));
    if (!switches.contains(op)) {
      switches.add(op);
    }
    sure = null;
  }

  /** Who it is without a doubt, or null; ids are not remembered for ever. */
  @Nullable String sure(Instant now) {
    boolean known = repeated.stream().allMatch(op -> op.firstSent.plus(Judge.MEMORY).isAfter(now));
    return known ? sure : null;
  }

  /** Where it goes may be empty as yet. */
  void inDoubt(Op op) {
    if (op.kind == Op.Kind.SWITCHES) {
      possible.add("");
    }
  }

  /** It was acknowledged. */
  void switched(Op op, boolean alone) {
    boolean only = switches.equals(List.of(op)) && op.attempts == 1;
    if (only && alone) {
      switches.clear();
      possible = new HashSet<>(Set.of(target(op)));
      sure = mayBeNobody ? null : target(op);
    }
  }

  /** A key was erased: who was there may be nobody now. */
  void erased(StateKey key) {
    if (key.module().equals(Modules.DESK.name())) {
      mayBeNobody = true;
      sure = null;
    }
  }

  /** Everything has been answered, and this is who it is. */
  void settled(@Nullable String user) {
    switches.clear();
    repeated.clear();
    if (mayBeNobody && user == null) {
      return; // It may still be where a record was erased, and somebody makes a new one.
    }
    mayBeNobody = false;
    sure = user == null ? "" : user;
    possible = new HashSet<>(Set.of(sure));
  }

  @Override
  public String toString() {
    return "client " + number;
  }
}
