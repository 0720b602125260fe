package dev.holdfast;

import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateStore;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a module's state is kept. Given to the function that {@link StateModule.Builder#persist}
 * takes.
 *
 * @param <S> the state's type
 */
public final class Persistence<S> {

  private SavePolicy policy = SavePolicy.committed();
  private @Nullable StateStore store;

  Persistence() {}

  /** When changes are saved; {@link SavePolicy#committed()} by default. */
  public Persistence<S> save(SavePolicy policy) {
    this.policy = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /** Where this module's records live; the runtime's store by default. The runtime closes it. */
  public Persistence<S> store(StateStore store) {
    this.store = Objects.requireNonNull(store, "store");
    return this;
  }

  SavePolicy policy() {
    return policy;
  }

  @Nullable StateStore store() {
    return store;
  }
}
