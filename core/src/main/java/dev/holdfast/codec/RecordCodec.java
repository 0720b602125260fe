package dev.holdfast.codec;

import java.util.Collection;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * A state in its stored form and back: of the whole state what the module's paths select and {@link
 * Ephemeral} leaves, in the schema version that is written, together with what newer programs put
 * there (law R5).
 *
 * <p>Thread-safe. Messages of all exceptions name paths and types, never content.
 *
 * @param <S> the state's type
 */
public final class RecordCodec<S> {

  /**
   * A state that was stored.
   *
   * @param unknown what the program does not know of the record
   * @param <S> the state's type
   */
  public record Read<S>(S state, UnknownMembers unknown) {}

  /**
   * A state to be stored.
   *
   * @param json its stored form
   * @param unknown as much of what the program does not know as is in it
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on to the record, never compared
  public record Written(byte[] json, UnknownMembers unknown) {}

  private final StateCodec<S> states;
  private final Shape shape;
  private final Selection selection;
  private final RecordForm form;

  private RecordCodec(StateCodec<S> states, Selection selection, RecordForm form) {
    this.states = states;
    this.shape = states.shape();
    this.selection = selection;
    this.form = form;
  }

  /**
   * The stored form of a state type.
   *
   * @param hint ends a message about an unknown path, given that and the valid ones
   * @throws IllegalArgumentException if a path leads nowhere, or the first state cannot be written
   *     in an older version and read again
   */
  public static <S> RecordCodec<S> of(
      StateCodec<S> states, RecordForm form, BiFunction<String, Collection<String>, String> hint) {
    SelectionReader reader = new SelectionReader(states.shape(), hint);
    Selection selection = Selection.ALL;
    if (form.paths() != null) {
      selection = reader.only(form.paths());
    } else if (!form.exceptPaths().isEmpty()) {
      selection = reader.except(form.exceptPaths());
    }
    RecordCodec<S> records = new RecordCodec<>(states, selection, form);
    records.tryOlderVersion();
    return records;
  }

  private void tryOlderVersion() {
    if (form.down() == null) {
      return;
    }
    try {
      var unused = again(states.initial());
    } catch (UnencodableStateException | UndecodableStateException | MigrationFailedException e) {
      throw new IllegalArgumentException(
          "The first state, written in version %d, cannot be read again: %s"
              .formatted(form.writes(), e.getMessage()),
          e);
    }
  }

  /** The newest schema version that is read. */
  public int version() {
    return form.version();
  }

  /** The schema version that is written. */
  public int writes() {
    return form.writes();
  }

  /** Whether a write runs a step of the module's author. */
  public boolean hasStepDown() {
    return form.down() != null;
  }

  /** Whether something of the live state is not in the stored form. */
  public boolean isPartial() {
    return !selection.isAll() || shape.holdsEphemeral();
  }

  /**
   * The stored form of a state.
   *
   * @param whole the whole state, as {@link StateCodec#encode} gives it
   * @param unknown what the record has beside it
   * @throws UnencodableStateException if the step down to the version that is written fails
   */
  public Written write(byte[] whole, UnknownMembers unknown) {
    Unknown beside = unknown.content();
    if (!isPartial() && beside == null && form.down() == null) {
      return new Written(whole, UnknownMembers.NONE);
    }
    JsonNode tree = selected(whole);
    Unknown placed = beside == null ? null : UnknownPlacer.place(shape, beside, tree);
    return new Written(states.text(down(tree)), UnknownMembers.of(placed));
  }

  private JsonNode down(JsonNode tree) {
    Consumer<JsonTree> step = form.down();
    if (step == null) {
      return tree;
    }
    EditableTree older = new EditableTree(tree, "");
    try {
      step.accept(older);
    } catch (RuntimeException | StackOverflowError e) {
      throw new UnencodableStateException(
          "",
          "the step down to schema version %d failed: %s"
              .formatted(form.writes(), new MigrationFailedException(version(), e).getMessage()));
    }
    return older.root();
  }

  /**
   * A stored state, brought to the newest version and laid over the defaults as {@link
   * StateCodec#restore} does. What is not selected is not read either. What the program does not
   * know is kept only if the record need not become a newer version.
   *
   * @param version that the record was stored in, at most {@link #version}
   * @throws UndecodableStateException if the bytes are not a state
   * @throws MigrationFailedException if a step fails
   */
  public Read<S> read(byte[] json, int version) {
    JsonNode stored = selection.of(shape, up(states.parse(json), version));
    S state = states.restore(stored);
    if (version < writes() || !UnknownFinder.any(shape, stored)) {
      return new Read<>(state, UnknownMembers.NONE);
    }
    JsonNode known = selection.of(shape, states.tree(state));
    return new Read<>(state, UnknownMembers.of(UnknownFinder.find(shape, stored, known)));
  }

  private JsonNode up(JsonNode stored, int version) {
    if (version > version()) {
      throw new IllegalArgumentException(
          "Versions to %d are read, got %d".formatted(version(), version));
    }
    EditableTree newer = new EditableTree(stored, "");
    for (int from = version; from < version(); from++) {
      try {
        Objects.requireNonNull(form.steps().get(from)).accept(newer);
      } catch (RuntimeException | StackOverflowError e) {
        throw new MigrationFailedException(from, e);
      }
    }
    return newer.root();
  }

  /** A state as it is after it was stored and restored. */
  public S again(S state) {
    return read(write(states.encode(state), UnknownMembers.NONE).json(), writes()).state();
  }

  /** Whether two whole states have the same stored form. */
  public boolean isSame(byte[] whole, byte[] other) {
    return selected(whole).equals(selected(other));
  }

  private JsonNode selected(byte[] whole) {
    return selection.of(shape, states.parse(whole));
  }

  /**
   * A third state with the scalars that differ between two others, as {@link StateCodec#carry},
   * except those that are not stored: they stay with their key (law K4).
   */
  public S carry(S before, S after, S onto) {
    return states.carry(
        selection.of(shape, states.tree(before)), selection.of(shape, states.tree(after)), onto);
  }
}
