package dev.holdfast;

import dev.holdfast.Envelope.UnreadableContentException;
import dev.holdfast.codec.RecordCodec;
import dev.holdfast.codec.UndecodableStateException;
import dev.holdfast.codec.UnknownMembers;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateRecord;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a record, or none, comes to: defaults merged with what is stored (law R1).
 *
 * @param state as it is held
 * @param unknown what the program does not know of the record
 * @param ids the actions that it holds
 * @param revision of the record or tombstone
 * @param isRecord false for a tombstone or nothing
 * @param schemaVersion of the record, 0 without one
 */
record Restored(
    Object state,
    UnknownMembers unknown,
    Map<String, ActionIds.Client> ids,
    Revision revision,
    boolean isRecord,
    int schemaVersion) {

  /**
   * Reads a record.
   *
   * @param title of the instance, for messages
   * @throws LoadException if it cannot be read; it was left as it is
   */
  static <S> Restored of(StateModule<S> module, @Nullable StateRecord record, String title) {
    Revision revision = record == null ? Revision.NONE : record.revision();
    try {
      if (record == null || record.isTombstone()) {
        S initial = module.codec().initial();
        return new Restored(
            module.states().hold(initial, null), UnknownMembers.NONE, Map.of(), revision, false, 0);
      }
      if (record.schemaVersion() > 1) {
        throw new UnreadableContentException(
            "its schema version is %d, this program's is 1".formatted(record.schemaVersion()));
      }
      Envelope envelope = Envelope.decode(record.content());
      RecordCodec.Read<S> read = module.records().read(envelope.state());
      return new Restored(
          module.states().hold(read.state(), null),
          read.unknown(),
          envelope.ids(),
          revision,
          true,
          record.schemaVersion());
    } catch (RuntimeException | StackOverflowError e) {
      throw new LoadException(
          "The record of %s at revision %s cannot be read: %s. It was left as it is"
              .formatted(title, revision, reason(e)),
          e instanceof UnreadableContentException ? null : e);
    }
  }

  private static String reason(Throwable error) {
    return error instanceof UnreadableContentException || error instanceof UndecodableStateException
        ? Objects.requireNonNullElse(error.getMessage(), "")
        : error.getClass().getSimpleName();
  }
}
