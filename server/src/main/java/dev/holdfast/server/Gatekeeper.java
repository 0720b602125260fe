package dev.holdfast.server;

import dev.holdfast.HoldfastException;
import dev.holdfast.NotAdmittedException;
import dev.holdfast.SessionConnection;
import dev.holdfast.Sessions;
import dev.holdfast.Visitor;
import dev.holdfast.server.Authenticator.Decision;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about clients before their WebSockets open: asks the authenticator, looks at the
 * session's cookie, and asks the module whether it admits a session that is known by then. Each
 * client is looked at on a virtual thread; of too many in the authenticator the rest are refused.
 */
final class Gatekeeper {

  /** The most clients that are in the authenticator, or hang there, at one time. */
  private static final int MOST_AT_ONCE = 1_024;

  private static final int BUSY = 503;

  private static final Logger log = LoggerFactory.getLogger(HoldfastServer.class);

  private final @Nullable Authenticator authenticator;
  private final Duration timeout;
  private final Sessions sessions;
  private final SessionCookie cookie;
  private final boolean setsCookies;
  private final Semaphore room = new Semaphore(MOST_AT_ONCE);

  Gatekeeper(
      @Nullable Authenticator authenticator,
      Duration timeout,
      Sessions sessions,
      SessionCookie cookie,
      boolean setsCookies) {
    this.authenticator = authenticator;
    this.timeout = timeout;
    this.sessions = sessions;
    this.cookie = cookie;
    this.setsCookies = setsCookies;
  }

  /** How a look at a client ends. */
  sealed interface Verdict {}

  /** It may not. */
  record TurnedAway(Reply reply) implements Verdict {}

  /**
   * It may.
   *
   * @param setCookie for the upgrade's answer, or null
   */
  record LetIn(Entrant entrant, @Nullable String setCookie) implements Verdict {
    /** Leaves the token out. */
    @Override
    public String toString() {
      return "LetIn[]";
    }
  }

  /** Whether there is nothing to find out about a client. */
  boolean letsIn(ClientRequest request) {
    return authenticator == null && !setsCookies && token(request) == null;
  }

  private @Nullable String token(ClientRequest request) {
    return request.cookie(cookie.name()).filter(token -> !token.isEmpty()).orElse(null);
  }

  /** Looks at a client. Does not block, and never fails; what completes it may be any thread. */
  CompletableFuture<Verdict> look(ClientRequest request, Endpoint endpoint) {
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("holdfast-gate")
        .start(() -> verdict.complete(judge(request, endpoint)));
    return verdict;
  }

  /**
   * Asks the authenticator, and waits for it: on a thread of its own, so that one that hangs holds
   * up nobody for longer than its time-out. What it throws refuses.
   */
  Decision decide(ClientRequest request) {
    Authenticator asked = authenticator;
    if (asked == null) {
      return Authenticator.anonymous();
    }
    if (!room.tryAcquire()) {
      return Authenticator.refuse(BUSY);
    }
    CompletableFuture<Decision> made = new CompletableFuture<>();
    Thread thread =
        Thread.ofVirtual().name("holdfast-authenticator").start(() -> ask(asked, request, made));
    CompletableFuture<Decision> inTime =
        made.copy().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    return inTime.exceptionally(late -> runOut(made, thread)).join();
  }

  private Decision runOut(CompletableFuture<Decision> made, Thread thread) {
    if (made.complete(Authenticator.refuse(BUSY))) {
      thread.interrupt();
      log.warn("The authenticator took longer than {} ms: refused", timeout.toMillis());
    }
    return made.join();
  }

  private void ask(Authenticator asked, ClientRequest request, CompletableFuture<Decision> made) {
    try {
      made.complete(asked.authenticate(request));
    } catch (Exception | Error e) {
      if (made.complete(Authenticator.refuse(500))) { // else it has run out, which is reported
        Failures.report("The authenticator failed", e);
      }
    } finally {
      room.release();
    }
  }

  private Verdict judge(ClientRequest request, Endpoint endpoint) {
    try {
      return switch (decide(request)) {
        case Decision.Refused refused -> new TurnedAway(refusal(refused.status()));
        case Decision.Known known -> enter(request, endpoint, known.principal());
        case Decision.Anonymous nobody -> enter(request, endpoint, null);
      };
    } catch (HoldfastException e) {
      return new TurnedAway(refusal(BUSY));
    } catch (RuntimeException | Error e) {
      Failures.report("A client could not be looked at", e);
      return new TurnedAway(refusal(500));
    }
  }

  private Verdict enter(ClientRequest request, Endpoint endpoint, @Nullable String principal) {
    String shown = token(request);
    if (shown == null && !setsCookies) {
      return new LetIn(new Entrant(principal, null, false, request.remoteAddress()), null);
    }
    Visitor visitor = new Visitor(principal, Map.of());
    SessionConnection connection =
        setsCookies
            ? sessions.connect(shown, visitor)
            : sessions.resume(String.valueOf(shown), visitor).orElse(null);
    if (connection == null) {
      return new LetIn(new Entrant(principal, null, false, request.remoteAddress()), null);
    }
    try (connection) {
      if (!admits(connection, endpoint)) {
        return new TurnedAway(Reply.text(403, "This session is not admitted there\n"));
      }
      String token = connection.token();
      return new LetIn(
          new Entrant(principal, token, connection.isNew(), request.remoteAddress()),
          token.equals(shown) ? null : cookie.setting(token));
    }
  }

  private static boolean admits(SessionConnection connection, Endpoint endpoint) {
    Target target = endpoint.only();
    if (target == null || target.id() == null) {
      return true;
    }
    try {
      var unused = connection.session().ref(target.module(), target.id());
      return true;
    } catch (NotAdmittedException e) {
      return false;
    } catch (IllegalArgumentException e) {
      return true; // No id that a key can have: hello is answered so.
    }
  }

  private static Reply refusal(int status) {
    Reply reply = Reply.text(status, "You may not connect here, or not now\n");
    return status == BUSY ? reply.with("Retry-After", "1") : reply;
  }
}
