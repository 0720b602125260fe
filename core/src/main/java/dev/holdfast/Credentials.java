package dev.holdfast;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the client of a session on a wire shows and says: its token, which lives nowhere but here
 * and with the client (law N1), and its props. The store has the token's hash, in the session's
 * row.
 */
final class Credentials {

  /** How long a replaced token is good, at most. */
  static final Duration GRACE = Duration.ofSeconds(60);

  private final LiveSession session;

  // Guarded by this object's monitor.
  private @Nullable Token token;
  private List<Runnable> followers = List.of();
  private Map<String, String> props = Map.of();

  Credentials(LiveSession session) {
    this.session = session;
  }

  private Engine engine() {
    return session.instances().engine();
  }

  /** The token that the client should show from now on. */
  synchronized Token token() {
    if (token == null) {
      throw new IllegalStateException("No client has shown the token of this session yet");
    }
    return token;
  }

  synchronized Map<String, String> props() {
    return props;
  }

  /** A new client, with the token drawn for it. */
  synchronized void begin(Token drawn, Visitor visitor) {
    token = drawn;
    props = visitor.untrustedProps();
  }

  /**
   * A client has come with a token that the row knows. Waits for the store if it gets a new one:
   * because the one it has was replaced, or because the server knows it now and did not before, so
   * that whoever planted the old token gains nothing.
   */
  void welcome(Token shown, Visitor visitor) {
    Row row = session.row();
    synchronized (this) {
      props = visitor.untrustedProps().isEmpty() ? props : visitor.untrustedProps();
    }
    boolean becomesKnown = visitor.principal() != null && row.now().identity().principal() == null;
    if (becomesKnown) {
      Ref.get(row.identify(identity -> identity.as(visitor.principal())));
      Ref.get(rotate(GRACE, visitor.principal()));
    } else if (shown.matches(row.now().secretHash())) {
      synchronized (this) {
        token = shown;
      }
      row.settle();
    } else if (!isTokenKnown()) {
      Ref.get(rotate(GRACE, null));
    }
  }

  private synchronized boolean isTokenKnown() {
    return token != null && token.matches(session.row().now().secretHash());
  }

  /**
   * Replaces the token. Completes when the new one is stored, and then the connections are told.
   *
   * @param grace how long the old one is good, until the new one is used
   * @param only whom the old one is good for; null for everybody
   */
  CompletableFuture<?> rotate(Duration grace, @Nullable String only) {
    Token next = Token.of(session.id(), engine().random);
    Instant now = engine().time.instant();
    return session
        .row()
        .commit("Rotating", row -> row.rotated(next.hash(), now, grace, only))
        .thenRun(() -> took(next));
  }

  private void took(Token next) {
    List<Runnable> told;
    synchronized (this) {
      if (!next.matches(session.row().now().secretHash())) {
        return; // It was replaced in turn meanwhile.
      }
      token = next;
      told = followers;
    }
    told.forEach(engine().executor::execute);
  }

  synchronized void follow(Runnable follower) {
    List<Runnable> more = new ArrayList<>(followers);
    more.add(follower);
    followers = List.copyOf(more);
  }

  synchronized void unfollow(Runnable follower) {
    List<Runnable> fewer = new ArrayList<>(followers);
    fewer.remove(follower);
    followers = List.copyOf(fewer);
  }
}
