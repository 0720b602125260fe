package dev.holdfast;

import dev.holdfast.store.StateKey;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A session's handle on its instance of a module, wherever the key takes it. */
final class SessionRef<S> extends Ref<S> {

  private final Binding<S> binding;

  SessionRef(Instances instances, Binding<S> binding, @Nullable ActionId id) {
    super(instances, binding.module(), id);
    this.binding = binding;
  }

  @Override
  public StateRef<S> withActionId(String id) {
    return new SessionRef<>(instances, binding, ActionId.parse(binding.session().id(), id));
  }

  /** The id that the caller named, if the module is one where it does. */
  @Nullable String instance() {
    StateKey key = module.isById() ? binding.fixed() : null;
    return key == null ? null : key.id();
  }

  @Override
  Binding<S> binding() {
    return binding;
  }

  @Override
  void submit(Turn<S> turn, boolean here) {
    binding.submit(turn, here);
  }

  @Override
  @Nullable Instance<S> target() {
    return binding.target();
  }

  @Override
  CompletableFuture<Instance<S>> ready() {
    instances.ensureOpen();
    return binding.ready();
  }

  @Override
  Subscription follow(Listener listener) {
    return binding.follow(listener);
  }
}
