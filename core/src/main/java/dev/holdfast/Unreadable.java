package dev.holdfast;

/**
 * What becomes of a record that cannot be read: damaged, of another type than the code declares, or
 * refused by a migration (law R3). A record of a newer schema version is none of these: it fails
 * with {@link NewerRecordException} either way.
 */
public enum Unreadable {
  /**
   * The load fails with {@link UnreadableRecordException}, each time, and the record stays as it is
   * until somebody mends it. The default.
   */
  FAIL,
  /**
   * A durable copy is put aside, and then the state begins anew. The record itself is replaced by
   * the first change only, under the revision that was read.
   *
   * <p>The copy is the record as it was, byte for byte, under the same scope and id, as of the
   * module {@code $quarantine.} and the module's name; a second copy of one key, of another
   * revision, as of {@code $quarantine2.}, and so on up to 8. After that the load fails as with
   * {@link #FAIL}. Copies are listed with {@link dev.holdfast.store.Enumerable#keys}, and go with
   * {@link Holdfast#erase}.
   */
  QUARANTINE
}
