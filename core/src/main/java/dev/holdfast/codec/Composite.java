package dev.holdfast.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record, or a plain class with fields. */
final class Composite extends Shape.Named {

  private final Class<?> type;
  private final boolean oneValue;
  private List<Part> parts = List.of();
  private @Nullable RecordMaker maker;

  /**
   * @param oneValue whether its JSON form is the user's own, and so has no members known here
   */
  Composite(Class<?> type, boolean oneValue) {
    this.type = type;
    this.oneValue = oneValue;
  }

  /** Parts come later: they may hold this very shape. */
  void fill(List<Part> parts, @Nullable RecordMaker maker) {
    this.parts = List.copyOf(parts);
    this.maker = maker;
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
