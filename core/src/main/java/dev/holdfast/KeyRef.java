package dev.holdfast;

import dev.holdfast.store.StateKey;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The handle of code without a session on the instance of a key. */
final class KeyRef<S> extends Ref<S> {

  private final Whereabouts<S> place;

  KeyRef(Instances instances, StateModule<S> module, StateKey key) {
    this(instances, module, new Whereabouts<>(instances, module, key), null);
  }

  private KeyRef(
      Instances instances, StateModule<S> module, Whereabouts<S> place, @Nullable ActionId id) {
    super(instances, module, id);
    this.place = place;
  }

  @Override
  public StateRef<S> withActionId(String id) {
    return new KeyRef<>(instances, module, place, ActionId.parse("", id));
  }

  @Override
  @Nullable Binding<S> binding() {
    return null;
  }

  @Override
  void submit(Turn<S> turn, boolean here) {
    place.submit(turn, here);
  }

  @Override
  Instance<S> target() {
    return place.instance();
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
    Instance<S> instance = instances.attach(module, place.key());
    var unused = instance.add(listener); // Attached, it does not leave.
    instances
        .engine()
        .after(instance.loaded(), (none, error) -> {}); // Its error reaches who reads.
    instances.detach(instance);
    listener.onClose(() -> instance.remove(listener));
    return listener;
  }
}
