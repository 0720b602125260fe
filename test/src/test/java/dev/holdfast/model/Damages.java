package dev.holdfast.model;

import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Put;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Records that cannot be read: they are left as they are, or put aside before their key begins anew
 * (law R3), and an erase covers the copies (E2).
 */
final class Damages {

  private final Ledger ledger;
  private final WatchedStore disk;
  private final Set<StateKey> erased = new HashSet<>();

  /** When each key was damaged last. */
  private final Map<StateKey, Instant> times = new HashMap<>();

  Damages(Ledger ledger, WatchedStore disk) {
    this.ledger = ledger;
    this.disk = disk;
  }

  /** A record was damaged while nothing ran. Where it is put aside, its key begins anew. */
  void damaged(StateKey key) {
    erased.remove(key);
    times.put(key, ledger.now());
    if (Modules.isWard(key)) {
      ledger.chain(key).end(ledger.now());
    }
  }

  /**
   * A record's key was written over what cannot be read. An erase takes copies first, and a write
   * that was on its way when it began may come between.
   */
  void overwritten(WriteBatch.Entry entry, boolean hasCopy) {
    StateKey key = entry.key();
    boolean erase = entry instanceof Put put && put.record().isTombstone();
    boolean isAside = Modules.isWard(key) && (hasCopy || ledger.isBeingErased(key));
    if (!erase && isFromBefore(entry)) {
      ledger.chain(key).resume();
    } else if (erase ? !ledger.isEverErased(key) : !isAside) {
      ledger.wrong("R3", "the record of %s cannot be read, and was destroyed".formatted(key));
    }
  }

  /**
   * Whether it was in a rescue file when the record was damaged: what was read while it could be,
   * and all of it, as every write is judged by. It takes the place of what it goes on from.
   */
  private boolean isFromBefore(WriteBatch.Entry entry) {
    Instant damaged = times.getOrDefault(entry.key(), Instant.MIN);
    return entry instanceof Put put && put.record().writtenAt().isBefore(damaged);
  }

  /** Something was read from a key. */
  void used(StateKey key) {
    if (disk.isDamaged(key) && !Modules.isWard(key) && !ledger.isEverErased(key)) {
      ledger.wrong("R3", "%s cannot be read, and was shown all the same".formatted(key));
    }
  }

  /** An erase was acknowledged. */
  void erased(StateKey key) {
    erased.add(key);
  }

  /** Nothing is under way. */
  void settled() {
    for (StateKey key : erased) {
      if (!ledger.isBeingErased(key) && disk.hasCopy(key)) {
        ledger.wrong("E2", "%s was erased, and a copy of it is still there".formatted(key));
      }
    }
  }
}
