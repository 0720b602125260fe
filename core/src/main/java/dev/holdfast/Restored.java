package dev.holdfast;

import dev.holdfast.Envelope.UnreadableContentException;
import dev.holdfast.Found.Leftover;
import dev.holdfast.codec.MigrationFailedException;
import dev.holdfast.codec.RecordCodec;
import dev.holdfast.codec.UndecodableStateException;
import dev.holdfast.codec.UnknownMembers;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateRecord;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a record, or none, comes to: defaults merged with what is stored (law R1).
 *
 * @param state as it is held
 * @param unknown what the program does not know of the record
 * @param ids the actions that it holds
 * @param revision that the key has, of its record or tombstone
 * @param leftovers the records of the key under former names of the module
 * @param isRecord false for a tombstone, a record that was put aside, or nothing
 * @param isAside whether the record is one that cannot be read, and was put aside
 * @param schemaVersion of the record, 0 without one
 */
record Restored(
    Object state,
    UnknownMembers unknown,
    Map<String, ActionIds.Client> ids,
    Revision revision,
    List<Leftover> leftovers,
    boolean isRecord,
    boolean isAside,
    int schemaVersion) {

  /**
   * Reads what a store has.
   *
   * @param title of the instance, for messages
   * @throws LoadException if it is of a newer version, or cannot be read; it was left as it is
   */
  static <S> Restored of(StateModule<S> module, Found found, String title) {
    StateRecord record = found.record();
    Revision revision = found.revision();
    try {
      if (record == null || !found.hasRecord()) {
        S initial = module.codec().initial();
        return new Restored(
            module.states().hold(initial, null),
            UnknownMembers.NONE,
            Map.of(),
            revision,
            found.leftovers(),
            false,
            found.isAside(),
            0);
      }
      RecordCodec<S> records = module.records();
      if (record.schemaVersion() > records.version()) {
        throw new NewerRecordException(
            "The record of %s at revision %s has schema version %d, this program's is %d. It was left as it is"
                .formatted(title, record.revision(), record.schemaVersion(), records.version()));
      }
      Envelope envelope = Envelope.decode(record.content(), record.schemaVersion());
      RecordCodec.Read<S> read = records.read(envelope.state(), record.schemaVersion());
      return new Restored(
          module.states().hold(read.state(), null),
          read.unknown(),
          envelope.ids(),
          revision,
          found.leftovers(),
          true,
          false,
          record.schemaVersion());
    } catch (LoadException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      throw new UnreadableRecordException(
          "The record of %s at revision %s cannot be read: %s. It was left as it is"
              .formatted(title, record == null ? revision : record.revision(), reason(e)),
          e instanceof UnreadableContentException ? null : e);
    }
  }

  private static String reason(Throwable error) {
    return error instanceof UnreadableContentException
            || error instanceof UndecodableStateException
            || error instanceof MigrationFailedException
        ? Objects.requireNonNullElse(error.getMessage(), "")
        : error.getClass().getSimpleName();
  }
}
