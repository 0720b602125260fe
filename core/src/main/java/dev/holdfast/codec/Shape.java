package dev.holdfast.codec;

/**
 * What a type is made of, as far as keeping, merging and comparing it goes. Read once, when a
 * module is defined. Shapes of recursive types hold themselves.
 */
sealed interface Shape {

  /** Whether every value of this shape is immutable once its collections are frozen. */
  boolean immutable();

  /** Whether a value of this shape may have a list, set or map in it, at any depth. */
  boolean holdsCollections();

  /** Whether something in it, at any depth, is never stored. */
  boolean holdsEphemeral();

  /** A value without parts: numbers, text, enums, times. */
  record Scalar(Class<?> type, boolean immutable) implements Shape {
    @Override
    public boolean holdsCollections() {
      return false;
    }

    @Override
    public boolean holdsEphemeral() {
      return false;
    }
  }

  /** A value that may be missing: {@code Optional} or {@code AtomicReference}; JSON null if so. */
  record Maybe(boolean optional, Shape content) implements Shape {
    @Override
    public boolean immutable() {
      return optional && content.immutable();
    }

    @Override
    public boolean holdsCollections() {
      return content.holdsCollections();
    }

    @Override
    public boolean holdsEphemeral() {
      return content.holdsEphemeral();
    }
  }

  /** An array, list, set or other collection. */
  record Sequence(Class<?> type, boolean freezable, Shape element) implements Shape {
    @Override
    public boolean immutable() {
      return freezable && element.immutable();
    }

    @Override
    public boolean holdsEphemeral() {
      return element.holdsEphemeral();
    }

    @Override
    public boolean holdsCollections() {
      return true;
    }
  }

  /** A map. Its keys are text in JSON. */
  record Mapping(boolean freezable, Shape key, Shape value) implements Shape {
    @Override
    public boolean immutable() {
      return freezable && key.immutable() && value.immutable();
    }

    @Override
    public boolean holdsEphemeral() {
      return value.holdsEphemeral();
    }

    @Override
    public boolean holdsCollections() {
      return true;
    }
  }

  /** A shape that is known by name, and so may hold itself. */
  abstract sealed class Named implements Shape permits Composite, Variants {
    private boolean immutable;
    private boolean holdsCollections;
    private boolean holdsEphemeral;

    /** The end of reading: what follows from all that can be reached from here. */
    final void settle(boolean immutable, boolean holdsCollections, boolean holdsEphemeral) {
      this.immutable = immutable;
      this.holdsCollections = holdsCollections;
      this.holdsEphemeral = holdsEphemeral;
    }

    @Override
    public final boolean immutable() {
      return immutable;
    }

    @Override
    public final boolean holdsCollections() {
      return holdsCollections;
    }

    @Override
    public final boolean holdsEphemeral() {
      return holdsEphemeral;
    }
  }
}
