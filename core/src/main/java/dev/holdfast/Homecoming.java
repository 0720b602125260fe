package dev.holdfast;

import dev.holdfast.store.Revision;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a session finds where it is a guest when it leaves a user's key. Mostly nothing. A record is
 * either what a crash has left from before the log-in, and the session begins anew over it (law
 * K3); or its guest has done something at another runtime, beside the log-in or after an earlier
 * log-out, and that is not to be lost (law K2). The session's row tells, as it is in the store, and
 * the user's record, which knows what it has adopted. If nobody knows yet whether that is stored,
 * the guest's record may be the only one: it stays, and if the session goes on with it, the log-in
 * does not take it any more.
 */
final class Homecoming<S> {

  private final Binding<S> binding;
  private final @Nullable String left;
  private final Instance<S> from;
  private final Instance<S> home;

  /** What is there, and is left over; null for nothing. */
  private volatile @Nullable Revision leftOver;

  /**
   * @param from where the session is
   * @param home where the session is going, loaded
   */
  Homecoming(Binding<S> binding, Instance<S> from, Instance<S> home) {
    this.binding = binding;
    this.left = binding.boundId();
    this.from = from;
    this.home = home;
  }

  /** Finds out, if there is something; complete when that is known. */
  CompletableFuture<?> look() {
    Revision found = home.storedRevision();
    if (found == null || from.mayLose(found)) {
      return CompletableFuture.completedFuture(null);
    }
    Row row = binding.session().row();
    return row.refreshed()
        .thenAccept(
            none -> {
              boolean isBound = left != null && left.equals(row.binding(binding.module()));
              boolean isAdopted = found.equals(from.adopted(binding.session().id()));
              leftOver = isBound && isAdopted ? found : null;
            });
  }

  /** What the session goes on from: what is there, or else the defaults. */
  S base(S there, S defaults) {
    Revision now = home.storedRevision();
    return now == null || now.equals(leftOver) ? defaults : there;
  }
}
