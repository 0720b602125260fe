package dev.holdfast.codec;

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Answers what can be reached from a shape, round the rings of recursive types. */
final class Reach {

  private final Set<Shape> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean mutable;
  private boolean collections;
  private boolean ephemeral;

  private Reach() {}

  /** Tells each shape what follows from all that it can reach. */
  static void settle(Collection<Shape.Named> shapes) {
    for (Shape.Named shape : shapes) {
      Reach reach = new Reach();
      reach.visit(shape);
      shape.settle(!reach.mutable, reach.collections, reach.ephemeral);
    }
  }

  private void visit(Shape shape) {
    if (!seen.add(shape)) {
      return;
    }
    switch (shape) {
      case Shape.Scalar scalar -> mutable |= !scalar.immutable();
      case Shape.Maybe maybe -> {
        mutable |= !maybe.optional();
        visit(maybe.content());
      }
      case Shape.Sequence sequence -> {
        collections = true;
        mutable |= !sequence.freezable();
        visit(sequence.element());
      }
      case Shape.Mapping mapping -> {
        collections = true;
        mutable |= !mapping.freezable();
        visit(mapping.key());
        visit(mapping.value());
      }
      case Composite composite -> {
        mutable |= !composite.type().isRecord();
        ephemeral |= composite.parts().stream().anyMatch(Part::ephemeral);
        composite.parts().forEach(part -> visit(part.shape()));
      }
      case Variants variants -> variants.all().forEach(this::visit);
    }
  }
}
