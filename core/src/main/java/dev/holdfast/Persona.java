package dev.holdfast;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Changes who a session's client is, and with it where the session belongs. In a handler such a
 * change counts at once and the handler's action is acknowledged when it is durable; elsewhere the
 * caller waits for that.
 */
final class Persona {

  private final LiveSession session;

  Persona(LiveSession session) {
    this.session = session;
  }

  Identity identity() {
    Row row = session.row();
    Ref.get(row.loaded());
    return row.now().identity();
  }

  void authenticate(@Nullable String principal) {
    Identity.checkedPrincipal(principal);
    identify(identity -> identity.as(principal));
  }

  /**
   * Sets an attribute.
   *
   * @param value null to take it away
   */
  void note(String name, @Nullable String value) {
    Identity.checkAttribute(name, value);
    identify(identity -> identity.with(name, value));
  }

  private void identify(UnaryOperator<Identity> change) {
    ensureMayWait();
    var unused = change.apply(identity()); // What cannot be fails here, as the caller's mistake.
    Ref.get(session.row().identify(change));
    CompletableFuture<?> followed = follow();
    settle(session.row().stored());
    if (CurrentTurn.get() == null) {
      Ref.get(followed);
    }
  }

  /** Has modules whose key depends on who the client is asked again; never fails. */
  private CompletableFuture<?> follow() {
    return CompletableFuture.allOf(
        session
            .bindings()
            .filter(binding -> binding.isReady() && binding.isStale())
            .map(binding -> binding.follow().handle((at, error) -> Optional.empty()))
            .toArray(CompletableFuture[]::new));
  }

  void rotate(Duration grace) {
    if (grace.isNegative() || grace.compareTo(Credentials.GRACE) > 0) {
      throw new IllegalArgumentException("grace is 0 to 60 s, got " + grace);
    }
    ensureMayWait();
    settle(session.credentials().rotate(grace, null));
  }

  private static void settle(CompletableFuture<?> change) {
    CurrentTurn current = CurrentTurn.get();
    if (current != null && !change.isDone()) {
      current.turn().owes(change);
      return;
    }
    Ref.get(change);
  }

  /** Refuses to wait where what is waited for could not come. */
  private void ensureMayWait() {
    Instances instances = session.instances();
    instances.ensureOpen();
    if (instances.engine().replies.areGivenHere()) {
      throw new IllegalStateException(
          "Nobody can wait for a session to be stored on the thread that answers");
    }
  }
}
