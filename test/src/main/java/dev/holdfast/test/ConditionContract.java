package dev.holdfast.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Delete;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriteResult.Conflict;
import dev.holdfast.store.WriteResult.Saved;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The part of {@link StateStoreContract} on expected revisions, deletes, tombstones and batches.
 */
abstract class ConditionContract extends RecordContract {

  @Test
  void aWriteThatExpectsNothingConflictsWithARecord() {
    StateRecord present = saved(KEY, Revision.first(1));
    assertThat(put(KEY, Revision.NONE, record(Revision.first(2), "{}")))
        .isEqualTo(new Conflict(present.revision()));
    assertLoads(KEY, present);
  }

  @Test
  void aWriteThatExpectsARecordConflictsWithNothing() {
    Revision expected = Revision.first(1);
    assertThat(put(KEY, expected, record(expected.next(), "{}")))
        .isEqualTo(new Conflict(Revision.NONE));
    assertThat(store.load(KEY)).isEmpty();
  }

  @Test
  void aStaleWriteConflictsAndSaysWhatIsThere() {
    Revision first = saved(KEY, Revision.first(1)).revision();
    StateRecord second = record(first.next(), "{\"n\":2}");
    put(KEY, first, second);
    assertThat(put(KEY, first, record(first.next(), "{\"n\":3}")))
        .isEqualTo(new Conflict(second.revision()));
    assertLoads(KEY, second);
  }

  @Test
  @DisplayName("hazard 71, S5: a write of another life conflicts at the same count")
  void aWriteOfAnotherLifeConflictsAtTheSameCount() {
    StateRecord present = saved(KEY, Revision.first(1));
    Revision otherLife = Revision.first(2);
    assertThat(put(KEY, otherLife, record(otherLife.next(), "{}")))
        .isEqualTo(new Conflict(present.revision()));
    assertThat(delete(KEY, otherLife)).isEqualTo(new Conflict(present.revision()));
    assertLoads(KEY, present);
  }

  @Test
  void aLongChainOfWritesEachExpectsTheOneBefore() {
    StateRecord record = saved(KEY, Revision.first(-5));
    for (int i = 0; i < 100; i++) {
      StateRecord next = record(record.revision().next(), "{\"n\":%d}".formatted(i));
      assertThat(put(KEY, record.revision(), next)).isEqualTo(new Saved(next.revision()));
      record = next;
    }
    assertLoads(KEY, record);
  }

  @Test
  void aDeleteLeavesNothing() {
    StateRecord present = saved(KEY, Revision.first(1));
    assertThat(delete(KEY, present.revision())).isEqualTo(new Saved(Revision.NONE));
    assertThat(store.load(KEY)).isEmpty();
  }

  @Test
  void aStaleDeleteConflicts() {
    StateRecord present = saved(KEY, Revision.first(1));
    assertThat(delete(KEY, present.revision().next())).isEqualTo(new Conflict(present.revision()));
    assertThat(delete(KEY, Revision.NONE)).isEqualTo(new Conflict(present.revision()));
    assertLoads(KEY, present);
  }

  @Test
  @DisplayName("hazard 41, S5: deleting what is not there is fine")
  void deletingWhatIsNotThereIsFine() {
    assertThat(delete(KEY, Revision.NONE)).isEqualTo(new Saved(Revision.NONE));
    assertThat(delete(KEY, Revision.first(1))).isEqualTo(new Conflict(Revision.NONE));
  }

  @Test
  void aSavePreparedBeforeADeleteDoesNotBringTheRecordBack() {
    StateRecord present = saved(KEY, Revision.first(1));
    delete(KEY, present.revision());
    assertThat(put(KEY, present.revision(), record(present.revision().next(), "{}")))
        .isEqualTo(new Conflict(Revision.NONE));
    assertThat(store.load(KEY)).isEmpty();
  }

  @Test
  void aKeyCanBeginANewLifeAfterADelete() {
    Revision oldLife = saved(KEY, Revision.first(1)).revision();
    delete(KEY, oldLife);
    StateRecord newLife = saved(KEY, Revision.first(2));
    assertThat(put(KEY, oldLife, record(oldLife.next(), "{}")))
        .isEqualTo(new Conflict(newLife.revision()));
    assertLoads(KEY, newLife);
  }

  @Test
  void aTombstoneIsLoadedAsTheRecordItIs() {
    StateRecord tombstone = buried(KEY, Revision.NONE, Revision.first(1));
    assertLoads(KEY, tombstone);
    assertThat(store.load(KEY)).get().matches(StateRecord::isTombstone);
  }

  @Test
  void nothingPreparedBeforeATombstoneIsSavedAfterIt() {
    Revision before = saved(KEY, Revision.first(1)).revision();
    StateRecord tombstone = buried(KEY, before, before.next());
    Conflict conflict = new Conflict(tombstone.revision());
    assertThat(put(KEY, before, record(before.next(), "{}"))).isEqualTo(conflict);
    assertThat(put(KEY, Revision.NONE, record(Revision.first(2), "{}"))).isEqualTo(conflict);
    assertThat(delete(KEY, before)).isEqualTo(conflict);
    assertLoads(KEY, tombstone);
  }

  @Test
  void aTombstoneIsReplacedOrDeletedByItsRevision() {
    StateRecord tombstone = buried(KEY, Revision.NONE, Revision.first(1));
    StateRecord reborn = record(Revision.first(2), "{}");
    assertThat(put(KEY, tombstone.revision(), reborn)).isEqualTo(new Saved(reborn.revision()));
    assertLoads(KEY, reborn);
    StateRecord again = buried(KEY, reborn.revision(), reborn.revision().next());
    assertThat(delete(KEY, again.revision())).isEqualTo(new Saved(Revision.NONE));
    assertThat(store.load(KEY)).isEmpty();
  }

  @Test
  void anEmptyBatchHasNoResults() {
    assertThat(store.write(WriteBatch.of())).isEmpty();
  }

  @Test
  void oneConflictDoesNotStopItsNeighbours() {
    StateKey stale = numbered(1);
    StateKey replaced = numbered(2);
    StateKey deleted = numbered(3);
    StateKey missing = numbered(4);
    StateRecord present = saved(stale, Revision.first(1));
    StateRecord old = saved(replaced, Revision.first(2));
    StateRecord doomed = saved(deleted, Revision.first(3));
    StateRecord fresh = record(Revision.first(5), "{\"n\":5}");
    StateRecord newer = record(old.revision().next(), "{\"n\":2}");
    Revision gone = Revision.first(9);

    List<WriteResult> results =
        store.write(
            WriteBatch.of(
                new Delete(deleted, doomed.revision()),
                new Put(stale, Revision.NONE, record(Revision.first(8), "{}")),
                new Put(numbered(5), Revision.NONE, fresh),
                new Put(missing, gone, record(gone.next(), "{}")),
                new Delete(numbered(6), Revision.NONE),
                new Put(replaced, old.revision(), newer),
                new Delete(numbered(7), gone)));

    assertThat(results)
        .containsExactly(
            new Saved(Revision.NONE),
            new Conflict(present.revision()),
            new Saved(fresh.revision()),
            new Conflict(Revision.NONE),
            new Saved(Revision.NONE),
            new Saved(newer.revision()),
            new Conflict(Revision.NONE));
    assertThat(store.load(deleted)).isEmpty();
    assertLoads(stale, present);
    assertLoads(numbered(5), fresh);
    assertThat(store.load(missing)).isEmpty();
    assertLoads(replaced, newer);
  }

  @Test
  void aTiedEntryIsWrittenWithTheOtherAndNeverWithoutIt() {
    StateKey other = StateKey.keyed("Other", "tied to");
    StateRecord present = saved(KEY, Revision.first(1));
    StateRecord next = record(present.revision().next(), "{\"n\":2}");
    StateRecord first = record(Revision.first(3), "{}");
    Put tied = new Put(KEY, present.revision(), next, other);
    Put conflicting = new Put(other, Revision.first(9), record(Revision.first(9).next(), "{}"));

    assertThat(store.write(WriteBatch.of(tied, conflicting)))
        .containsExactly(new Conflict(present.revision()), new Conflict(Revision.NONE));
    assertLoads(KEY, present);

    assertThat(store.write(WriteBatch.of(tied, new Put(other, Revision.NONE, first))))
        .containsExactly(new Saved(next.revision()), new Saved(first.revision()));
    assertLoads(KEY, next);
    assertLoads(other, first);
  }

  @Test
  void aTiedEntryHasItsOwnCondition() {
    StateKey other = StateKey.keyed("Other", "tied to");
    StateRecord present = saved(KEY, Revision.first(1));
    StateRecord first = record(Revision.first(3), "{}");
    Put stale = new Put(KEY, Revision.first(8), record(Revision.first(8).next(), "{}"), other);

    assertThat(store.write(WriteBatch.of(new Put(other, Revision.NONE, first), stale)))
        .containsExactly(new Saved(first.revision()), new Conflict(present.revision()));
    assertLoads(KEY, present);
    assertLoads(other, first);
  }

  @Test
  void ofEntriesThatAreTiedMutuallyNoneIsWrittenWithoutTheOthers() {
    StateKey other = StateKey.keyed("Other", "tied to");
    StateKey third = StateKey.keyed("Other", "tied to it, too");
    StateRecord present = saved(KEY, Revision.first(1));
    StateRecord first = record(Revision.first(3), "{}");
    Put standing = new Put(other, Revision.NONE, first);
    Put stale =
        new Put(KEY, Revision.first(8), record(Revision.first(8).next(), "{}"), other, true);
    Put fine = new Put(third, Revision.NONE, record(Revision.first(4), "{}"), other, true);
    Put alone = new Put(numbered(1), Revision.NONE, record(Revision.first(5), "{}"));

    assertThat(store.write(WriteBatch.of(fine, standing, stale, alone)))
        .containsExactly(
            new Conflict(Revision.NONE),
            new Conflict(Revision.NONE),
            new Conflict(present.revision()),
            new Saved(alone.record().revision()));
    assertLoads(KEY, present);
    assertThat(store.load(other)).isEmpty();
    assertThat(store.load(third)).isEmpty();

    Put taken = new Put(other, Revision.first(9), record(Revision.first(9).next(), "{}"));
    assertThat(store.write(WriteBatch.of(taken, fine)))
        .containsExactly(new Conflict(Revision.NONE), new Conflict(Revision.NONE));
    assertThat(store.load(third)).isEmpty();

    StateRecord next = record(present.revision().next(), "{}");
    Put current = new Put(KEY, present.revision(), next, other, true);
    assertThat(store.write(WriteBatch.of(current, standing, fine)))
        .containsExactly(
            new Saved(next.revision()),
            new Saved(first.revision()),
            new Saved(fine.record().revision()));
    assertLoads(KEY, next);
    assertLoads(other, first);
  }
}
