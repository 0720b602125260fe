package dev.holdfast.codec;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A record, or a plain class with fields. */
final class Composite extends Shape.Named {

  private final Class<?> type;
  private final boolean oneValue;
  private List<Part> parts = List.of();
  private Map<String, Part> stored = Map.of();
  private Set<String> unsaved = Set.of();
  private @Nullable RecordMaker maker;

  /**
   * @param oneValue whether its JSON form is the user's own, and so has no members known here
   */
  Composite(Class<?> type, boolean oneValue) {
    this.type = type;
    this.oneValue = oneValue;
  }

  /**
   * Parts come later: they may hold this very shape.
   *
   * @param unsaved names of fields that are kept out of JSON
   */
  void fill(List<Part> parts, Set<String> unsaved, @Nullable RecordMaker maker) {
    this.parts = List.copyOf(parts);
    this.unsaved = Set.copyOf(unsaved);
    this.maker = maker;
    Map<String, Part> byName = new HashMap<>();
    for (Part part : parts) {
      for (String alias : part.aliases()) {
        byName.put(alias, part);
      }
    }
    for (Part part : parts) {
      if (part.name() != null) {
        byName.put(part.name(), part);
      }
    }
    this.stored = Map.copyOf(byName);
  }

  /** The part that a member of a stored object is; null if there is none. */
  @Nullable Part part(String member) {
    return stored.get(member);
  }

  /** Whether a stored member is something that this type does not know. */
  boolean isUnknown(String member) {
    return !stored.containsKey(member)
        && !unsaved.contains(member)
        && !member.equals(SealedTypes.PROPERTY);
  }

  Class<?> type() {
    return type;
  }

  boolean oneValue() {
    return oneValue;
  }

  /** For a record, all components in their order. */
  List<Part> parts() {
    return parts;
  }

  /** Null for a plain class. */
  @Nullable RecordMaker maker() {
    return maker;
  }

  boolean isRecord() {
    return maker != null;
  }
}
