package dev.holdfast;

/**
 * What a record's writer has to see to beside its writes, and as a rule has not: an end of the
 * record, a write of which nothing was heard, guests that go along, and who waits for durability.
 * Belongs to the instance's lock.
 */
final class Errands {

  /**
   * Of all that have none. Nothing is begun in it, and what ends or asks writes no more into it
   * than is there.
   */
  static final Errands NONE = new Errands();

  final Erasure erasure = new Erasure();
  final Doubt doubt = new Doubt();
  final Adoptions adoptions = new Adoptions();
  final Flushes flushes = new Flushes();

  /** These, or those of its own for one that is about to begin something. */
  @SuppressWarnings("ReferenceEquality") // the very one
  Errands own() {
    return this == NONE ? new Errands() : this;
  }

  /** These, or none if nothing is left of them. */
  Errands left() {
    boolean over =
        !erasure.isWanted() && !doubt.isOpen() && adoptions.isEmpty() && flushes.isEmpty();
    return over ? NONE : this;
  }
}
