package dev.holdfast.codec;

import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A state in its stored form and back: of the whole state what the module's paths select and {@link
 * Ephemeral} leaves, together with what newer programs put there (law R5).
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

  private RecordCodec(StateCodec<S> states, Selection selection) {
    this.states = states;
    this.shape = states.shape();
    this.selection = selection;
  }

  /**
   * The stored form of a state type.
   *
   * @param only the paths to keep, or null for all
   * @param except the paths to leave out
   * @param hint ends a message about an unknown path, given that and the valid ones
   * @throws IllegalArgumentException if a path leads nowhere
   */
  public static <S> RecordCodec<S> of(
      StateCodec<S> states,
      @Nullable List<String> only,
      List<String> except,
      BiFunction<String, Collection<String>, String> hint) {
    SelectionReader reader = new SelectionReader(states.shape(), hint);
    Selection selection = Selection.ALL;
    if (only != null) {
      selection = reader.only(only);
    } else if (!except.isEmpty()) {
      selection = reader.except(except);
    }
    return new RecordCodec<>(states, selection);
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
   */
  public Written write(byte[] whole, UnknownMembers unknown) {
    Unknown beside = unknown.content();
    if (!isPartial() && beside == null) {
      return new Written(whole, UnknownMembers.NONE);
    }
    JsonNode tree = selected(whole);
    Unknown placed = beside == null ? null : UnknownPlacer.place(shape, beside, tree);
    return new Written(states.text(tree), UnknownMembers.of(placed));
  }

  /**
   * A stored state, laid over the defaults as {@link StateCodec#restore} does. What is not selected
   * is not read either.
   *
   * @throws UndecodableStateException if the bytes are not a state
   */
  public Read<S> read(byte[] json) {
    JsonNode stored = selection.of(shape, states.parse(json));
    S state = states.restore(stored);
    if (!UnknownFinder.any(shape, stored)) {
      return new Read<>(state, UnknownMembers.NONE);
    }
    JsonNode known = selection.of(shape, states.tree(state));
    return new Read<>(state, UnknownMembers.of(UnknownFinder.find(shape, stored, known)));
  }

  /** A state as it is after it was stored and restored. */
  public S again(S state) {
    return read(write(states.encode(state), UnknownMembers.NONE).json()).state();
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
