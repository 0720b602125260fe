package dev.holdfast;

import dev.holdfast.Envelope.UnreadableContentException;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import java.nio.charset.StandardCharsets;

/**
 * Where a module's records are and what they hold, for tests and tools that look into a store. A
 * program reads its state through {@link StateRef#state()}.
 */
public final class Records {

  private Records() {}

  /**
   * The key of a {@link KeyStrategy#global()} module.
   *
   * @throws IllegalArgumentException if the module has another strategy
   */
  public static StateKey key(StateModule<?> module) {
    if (!(module.strategy() instanceof KeyStrategy.Global)) {
      throw new IllegalArgumentException(
          "Module %s has many instances, name one: by its id, or by the session"
              .formatted(module.name()));
    }
    return StateKey.global(module.name());
  }

  /**
   * The key that {@link Holdfast#ref(StateModule, String)} stands for: of a {@link
   * KeyStrategy#byId()} or {@link KeyStrategy#withKey} module that of the id, of a {@link
   * KeyStrategy#session()} module that of the session which the program names so.
   *
   * @throws IllegalArgumentException if the module is global or unsaved, or the id is blank or too
   *     long
   */
  public static StateKey key(StateModule<?> module, String id) {
    return switch (module.strategy()) {
      case null ->
          throw new IllegalArgumentException(
              "Module %s is one session's own: go through the session".formatted(module.name()));
      case KeyStrategy.Global<?> global ->
          throw new IllegalArgumentException(
              "Module %s has one instance for all, without an id".formatted(module.name()));
      case KeyStrategy.PerSession<?> session ->
          StateKey.session(module.name(), LiveSession.namedId(id));
      case KeyStrategy.ById<?> byId -> StateKey.keyed(module.name(), id);
      case KeyStrategy.WithKey<?> withKey -> StateKey.keyed(module.name(), id);
    };
  }

  /**
   * The key of a session's own record.
   *
   * @throws IllegalArgumentException if the module keeps none for each session
   */
  public static StateKey key(StateModule<?> module, Session session) {
    if (!(module.strategy() instanceof KeyStrategy.PerSession)) {
      throw new IllegalArgumentException(
          "Module %s has no record for each session".formatted(module.name()));
    }
    return StateKey.session(module.name(), session.id());
  }

  /**
   * The state that a record holds, as the JSON text that is stored: of the schema version of its
   * time, before migrations and defaults.
   *
   * @throws IllegalArgumentException if the record is a tombstone, or its content is not an
   *     envelope that this version reads; the message says why, without the content
   */
  public static String stateJson(StateRecord record) {
    if (record.isTombstone()) {
      throw new IllegalArgumentException("A tombstone holds no state");
    }
    try {
      return new String(
          Envelope.decode(record.content(), record.schemaVersion()).state(),
          StandardCharsets.UTF_8);
    } catch (UnreadableContentException e) {
      throw new IllegalArgumentException(
          "The record at revision %s cannot be read: %s"
              .formatted(record.revision(), e.getMessage()),
          e);
    }
  }
}
