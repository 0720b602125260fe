package dev.holdfast.local;

import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** A state that was disposed: it can be read, as it was. */
record Gone<S>(Definition<S> definition, S last) implements Phase<S> {

  @Override
  public boolean change(UnaryOperator<S> change) {
    throw new IllegalStateException(
        "The state defined at %s was disposed, and takes no changes".formatted(definition.place()));
  }

  @Override
  public S state() {
    return definition.shown(last);
  }

  @Override
  public CompletableFuture<Void> over() {
    return CompletableFuture.completedFuture(null);
  }
}
