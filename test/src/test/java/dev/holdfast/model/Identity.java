package dev.holdfast.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who a client's session may be at a module whose state names its key; "" for nobody. */
final class Identity {

  /** No commit is waited for longer; it is measured in ticks of a thirtieth. */
  private static final Duration PATIENCE = Duration.ofSeconds(29);

  private final Set<String> tried = new HashSet<>();
  private final List<Op> switches = new ArrayList<>();
  private final List<Op> repeated = new ArrayList<>();

  /** The runtimes at which nobody could say what had become of a log-in or log-out. */
  private final Set<Integer> doubtful = new HashSet<>();

  private Set<String> possible = new HashSet<>(Set.of(""));

  /** Whether a key was erased where it may have been. */
  private boolean mayBeNobody;

  /** Who it must be, if that is known. */
  private @Nullable String sure = "";

  /** Another session than before. */
  void begins() {
    switches.clear();
    repeated.clear();
    doubtful.clear();
    possible = new HashSet<>(Set.of(""));
    mayBeNobody = false;
    sure = "";
  }

  boolean hasTried(String user) {
    return tried.contains(user);
  }

  boolean isPossibly(@Nullable String user, Instant now) {
    if (user == null && switches.stream().anyMatch(op -> isInDoubt(op, now))) {
      return true;
    }
    if (mayBeNobody) {
      return user == null || tried.contains(user);
    }
    return possible.contains(user == null ? "" : user);
  }

  /**
   * Whether a switch may have gone on without its commit: where it goes is empty as yet, and is
   * shown before the client is told that nobody knows.
   */
  private static boolean isInDoubt(Op op, Instant now) {
    return op.isOpen() && !op.firstSent.plus(PATIENCE).isAfter(now);
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
    boolean known = repeated.stream().allMatch(op -> op.firstSent.plus(Ledger.MEMORY).isAfter(now));
    return known ? sure : null;
  }

  /** Where it goes may be empty as yet. */
  void inDoubt(int slot) {
    possible.add("");
    doubtful.add(slot);
  }

  /** Whether nothing may be shown at a runtime, because a log-in went on without its commit. */
  boolean mayBeEmpty(int slot, Instant now) {
    return doubtful.contains(slot)
        || switches.stream().anyMatch(op -> !target(op).isEmpty() && isInDoubt(op, now));
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
  void erased() {
    mayBeNobody = true;
    sure = null;
  }

  /** Everything has been answered, and this is who it is. */
  void settled(@Nullable String user) {
    switches.clear();
    repeated.clear();
    doubtful.clear();
    if (mayBeNobody && user == null) {
      return; // It may still be where a record was erased, and somebody makes a new one.
    }
    mayBeNobody = false;
    sure = user == null ? "" : user;
    possible = new HashSet<>(Set.of(sure));
  }
}
