package dev.holdfast;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Whether another runtime has taken a session elsewhere. The session's row decides where it is (law
 * K5): when another writer's row has come in the place of this one's, the session goes where that
 * says before it does anything else, so that what it has sent there already is known (law A6).
 *
 * <p>Looking costs nothing while the row is this runtime's own. It has no lock: whoever goes holds
 * the lane.
 */
final class Elsewhere<S> {

  /** No row has this epoch. */
  private static final int NEVER = -1;

  private final Binding<S> binding;
  private final StateModule<S> module;
  private final Residence<S> residence;

  /** Up to which of the row's epochs the session is where it says. */
  private volatile int agreed = NEVER;

  Elsewhere(Binding<S> binding, Residence<S> residence) {
    this.binding = binding;
    this.module = binding.module();
    this.residence = residence;
  }

  /** Whether the row says another place than where the session is, and is another writer's. */
  boolean isElsewhere() {
    Row row = binding.session().row();
    int epoch = row.epoch();
    if (epoch == agreed) {
      return false;
    }
    String id = row.binding(module);
    boolean says = id != null || (row.hasMet(module, "") && !binding.readsSession());
    if (says && !Objects.equals(id, residence.boundId())) {
      return true;
    }
    agreed = epoch;
    return false;
  }

  /** Goes there. For the holder of the lane; fails if what is there cannot be loaded. */
  CompletableFuture<?> follow() {
    Row row = binding.session().row();
    int epoch = row.epoch();
    String id = row.binding(module);
    long life = row.life(module);
    long asked = row.asked(module);
    return binding
        .loaded(id)
        .thenCompose(found -> arrive(found, id, life, asked))
        .thenRun(() -> agreed = epoch);
  }

  private CompletableFuture<?> arrive(
      Instance<S> found, @Nullable String id, long life, long asked) {
    if (id != null && (!found.isEstablished() || Residence.isOtherLife(found, life))) {
      binding.session().instances().detach(found);
      return binding.leaveStrand();
    }
    return binding.arriveBehind(found, id, asked);
  }
}
