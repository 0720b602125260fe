package dev.holdfast;

import dev.holdfast.store.StateKey;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The end of a session at a module: what was its own alone is erased, after a last look at it. */
final class Ending<S> {

  private final Binding<S> binding;
  private final Residence<S> residence;
  private final @Nullable Instance<S> left;
  private final boolean expired;
  private final StateModule<S> module;
  private final Instances instances;

  /**
   * @param left where the session was; null if it was nowhere
   * @param expired whether its time was up, so that the hook has to be told
   */
  Ending(Binding<S> binding, Residence<S> residence, @Nullable Instance<S> left, boolean expired) {
    this.binding = binding;
    this.residence = residence;
    this.left = left;
    this.expired = expired;
    this.module = binding.module();
    this.instances = binding.session().instances();
  }

  /** Erases what the session has alone, and completes when that is done. */
  CompletableFuture<?> eraseOwn() {
    StateKey home = residence.homeKey();
    if (home != null) {
      return eraseGuests(instances.attach(module, home));
    }
    if (!residence.isOwn()) {
      return CompletableFuture.completedFuture(null);
    }
    StateKey fixed = residence.fixed();
    if (fixed == null) {
      return left == null ? CompletableFuture.completedFuture(null) : erase(left);
    }
    Instance<S> last = instances.attach(module, fixed);
    return erase(last).whenComplete((done, error) -> instances.detach(last));
  }

  /** The guest's record goes with its session, also one that the session has not come back to. */
  private CompletableFuture<?> eraseGuests(Instance<S> guests) {
    return guests
        .loaded()
        .handle((none, error) -> Optional.empty())
        .thenCompose(
            none ->
                guests.mayHaveRecord() || guests.equals(left)
                    ? erase(guests)
                    : CompletableFuture.completedFuture(null))
        .whenComplete((done, error) -> instances.detach(guests));
  }

  private CompletableFuture<?> erase(Instance<S> last) {
    return last.loaded()
        .handle((none, error) -> Optional.empty())
        .thenCompose(none -> expired ? farewell(last) : CompletableFuture.completedFuture(null))
        .handle((done, error) -> done)
        .thenCompose(
            none -> last.mayHaveRecord() ? last.erase() : CompletableFuture.completedFuture(null));
  }

  private CompletableFuture<?> farewell(Instance<S> last) {
    var hook = module.hooks().onExpire();
    if (hook == null) {
      return CompletableFuture.completedFuture(null);
    }
    String title = "onExpire of module " + module.name();
    Turn<S> turn = Turn.handling(Turn.Kind.FAREWELL, title, hook, null, binding);
    Engine engine = binding.engine();
    engine.after(
        turn.done,
        (done, error) -> {
          if (error != null) {
            engine.reports.threw(title, error);
          }
        });
    last.submit(turn, false);
    return turn.done;
  }
}
