package dev.holdfast.model;

import dev.holdfast.model.Book.Entry;
import dev.holdfast.store.StateKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was acknowledged under write-behind and is not on the disk yet: how much of it, and what of
 * it, a crash may lose (law A3), and that a close loses none (S6).
 */
final class Behind {

  private final Ledger ledger;
  private final Map<Integer, Op> waiting = new HashMap<>();

  /** What a runtime could not save when it was closed. */
  private final Map<Integer, Op> rescued = new HashMap<>();

  Behind(Ledger ledger) {
    this.ledger = ledger;
  }

  /** It was answered before it was stored. */
  void acknowledged(Op op) {
    waiting.put(op.ticket, op);
  }

  private static StateKey key(Op op) {
    return StateKey.session(op.module.name(), op.session);
  }

  private boolean isLost(Op op) {
    StateKey key = key(op);
    boolean kept = !ledger.isEverErased(key) && !ledger.mayHaveEnded(op.session);
    return op.storedAt == null && kept && !ledger.isContested(key);
  }

  /** What was answered before another was sent is not stored after it. */
  void landed(StateKey key, List<Entry> added) {
    if (!ledger.alone) {
      return; // The later one may have gone to another runtime, and a conflict is to come.
    }
    for (Entry entry : added) {
      Op later = ledger.op(entry.ticket());
      for (Op op : waiting.values()) {
        if (later != null && op.ackedAt < later.sentAt && key(op).equals(key) && isLost(op)) {
          ledger.wrong("A3", "%s is stored, and %s before it is not".formatted(later, op));
        }
      }
    }
  }

  /** A runtime is at rest, its store works, and no call is under way. */
  void atRest(int slot) {
    Instant bound = ledger.now().minus(Modules.MAX_WAIT);
    for (Op op : waiting.values()) {
      if (op.ackedBy == slot && !op.ackedTime.isAfter(bound) && isLost(op)) {
        ledger.wrong(
            "A3", "%s was acknowledged at %s, and is not saved".formatted(op, op.ackedTime));
      }
    }
  }

  /** A runtime crashed: what it had acknowledged of late may be lost. */
  void crashed(int slot) {
    waiting.values().removeIf(op -> op.ackedBy == slot);
  }

  /** A runtime was closed: what it had acknowledged waits in a file, if it was not saved. */
  void closed(int slot) {
    waiting.values().stream()
        .filter(op -> op.ackedBy == slot)
        .forEach(op -> rescued.put(op.ticket, op));
    crashed(slot);
  }

  /** Nothing is under way, nothing is wrong, and enough time has passed. */
  void settled() {
    for (Op op : waiting.values()) {
      if (isLost(op)) {
        ledger.wrong("A3", op + " was acknowledged, and was never saved");
      }
    }
    for (Op op : rescued.values()) {
      if (isLost(op)) {
        ledger.wrong("S6", op + " was acknowledged, and neither saved nor rescued at the close");
      }
    }
    waiting.clear();
    rescued.clear();
  }
}
