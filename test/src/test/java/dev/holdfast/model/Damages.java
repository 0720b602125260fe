package dev.holdfast.model;

import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Put;
import java.util.HashSet;
import java.util.Set;

/**
 * Records that cannot be read: they are left as they are, or put aside before their key begins anew
 * (law R3), and an erase covers the copies (E2).
 */
final class Damages {

  private final Ledger ledger;
  private final WatchedStore disk;
  private final Set<StateKey> erased = new HashSet<>();

  Damages(Ledger ledger, WatchedStore disk) {
    this.ledger = ledger;
    this.disk = disk;
  }

  /** A record was damaged while nothing ran. Where it is put aside, its key begins anew. */
  void damaged(StateKey key) {
    erased.remove(key);
    if (Modules.isWard(key)) {
      ledger.chain(key).end();
    }
  }

  /** A record's key was written over what cannot be read. */
  void overwritten(WriteBatch.Entry entry, boolean hasCopy) {
    StateKey key = entry.key();
    boolean erase = entry instanceof Put put && put.record().isTombstone();
    if (erase ? !ledger.isEverErased(key) : !(hasCopy && Modules.isWard(key))) {
      ledger.wrong("R3", "the record of %s cannot be read, and was destroyed".formatted(key));
    }
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
