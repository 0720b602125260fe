package dev.holdfast;

import dev.holdfast.store.StateKey;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The handle of code without a session on the instance of a key. */
final class KeyRef<S> extends Ref<S> {

  private final StateKey key;

  KeyRef(Instances instances, StateModule<S> module, StateKey key, @Nullable ActionId id) {
    super(instances, module, id);
    this.key = key;
  }

  @Override
  public StateRef<S> withActionId(String id) {
    return new KeyRef<>(instances, module, key, ActionId.parse("", id));
  }

  @Override
  @Nullable Binding<S> binding() {
    return null;
  }

  @Override
  void submit(Turn<S> turn, boolean here) {
    while (!target().submit(turn, here)) {
      Thread.onSpinWait(); // The instance was about to leave memory: ask for a new one.
    }
  }

  @Override
  Instance<S> target() {
    return instances.of(module, key);
  }

  @Override
  CompletableFuture<Instance<S>> ready() {
    instances.ensureOpen();
    Instance<S> instance = target();
    return instance.isLive()
        ? CompletableFuture.completedFuture(instance)
        : instance.loaded().thenApply(none -> instance);
  }

  @Override
  Subscription follow(Listener listener) {
    Instance<S> instance = instances.attach(module, key);
    var unused = instance.add(listener); // Attached, it does not leave.
    instances
        .engine()
        .after(instance.loaded(), (none, error) -> {}); // Its error reaches who reads.
    instances.detach(instance);
    listener.onClose(() -> instance.remove(listener));
    return listener;
  }
}
