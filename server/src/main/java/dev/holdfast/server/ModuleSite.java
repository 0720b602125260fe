package dev.holdfast.server;

import dev.holdfast.HoldfastException;
import dev.holdfast.Session;
import dev.holdfast.SessionConnection;
import dev.holdfast.StateModule;
import dev.holdfast.StateRef;
import dev.holdfast.Visitor;
import dev.holdfast.server.Authenticator.Decision;
import dev.holdfast.server.protocol.Failure;
import dev.holdfast.server.protocol.MessageReader;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Modules over plain HTTP, for people with curl: {@code GET /modules/{module}} is the state, and
 * {@code POST /modules/{module}/actions/{action}} with a JSON payload the state after it, once it
 * is acknowledged. An instance's id may follow the module's name. The session is in the cookie; who
 * has none gets one. A header {@code Idempotency-Key} is the action's id (law A6).
 *
 * <p>What a page of another site could send with a visitor's cookie is refused: a foreign origin,
 * or a body that is not declared as JSON, which no form can do.
 */
final class ModuleSite {

  private static final String JSON = "application/json";
  private static final String ACTIONS = "actions";

  private final Desk desk;
  private final Origins origins;
  private final SessionCookie cookie;
  private final Gatekeeper gatekeeper;
  private final HttpFailures failures = new HttpFailures();

  ModuleSite(Desk desk, Origins origins, SessionCookie cookie, Gatekeeper gatekeeper) {
    this.desk = desk;
    this.origins = origins;
    this.cookie = cookie;
    this.gatekeeper = gatekeeper;
  }

  /**
   * Answers a request. Blocks until an action is acknowledged.
   *
   * @param path the segments behind {@code /modules}
   */
  Reply answer(Request request, List<String> path) {
    String origin = request.header(HttpHeaderNames.ORIGIN);
    if (!origins.admits(origin, request.header(HttpHeaderNames.HOST))
        || "cross-site".equals(request.header("Sec-Fetch-Site"))) {
      return failures.reply(
          403, new Failure(Failure.REFUSED, "Pages of another origin may not do this"));
    }
    return switch (request.method()) {
      case "GET" -> get(request, path);
      case "POST" -> post(request, path);
      default ->
          failures
              .reply(405, new Failure(Failure.REFUSED, "Only GET and POST are possible here"))
              .with("Allow", "GET, POST");
    };
  }

  /** What the path names in front of its last segments; null if it is nothing. */
  private @Nullable Target target(List<String> path, int behind) {
    int length = path.size() - behind;
    if (length < 1 || length > 2) {
      return null;
    }
    Modules.Result found = desk.modules().find(path.getFirst(), length == 2 ? path.get(1) : null);
    return found instanceof Modules.Found there ? there.target() : null;
  }

  private Reply missing(List<String> path) {
    boolean post = path.contains(ACTIONS);
    return failures.reply(
        404,
        new Failure(
            Failure.UNKNOWN_MODULE,
            post
                ? "POST goes to /modules/{module}/actions/{action} of a module that there is"
                : "There is no such module, or it needs the id of an instance, or takes none"));
  }

  private Reply get(Request request, List<String> path) {
    Target target = target(path, 0);
    return target == null
        ? missing(path)
        : inSession(request, session -> state(ref(session, target)));
  }

  private Reply post(Request request, List<String> path) {
    boolean named = path.size() >= 3 && path.get(path.size() - 2).equals(ACTIONS);
    Target target = named ? target(path, 2) : null;
    if (target == null) {
      return missing(path);
    }
    if (request.body().length > 0 && !isJson(request)) {
      return failures.reply(
          415, Failure.badMessage("The payload must come with Content-Type: application/json"));
    }
    return switch (desk.reader().readPayload(request.body())) {
      case MessageReader.Payload payload ->
          dispatch(request, target, path.getLast(), payload.value());
      case MessageReader.NoPayload none -> failures.reply(400, none.failure());
    };
  }

  private static boolean isJson(Request request) {
    String type = request.header(HttpHeaderNames.CONTENT_TYPE);
    if (type == null) {
      return false;
    }
    int parameters = type.indexOf(';');
    String plain = parameters < 0 ? type : type.substring(0, parameters);
    return plain.strip().toLowerCase(Locale.ROOT).equals(JSON);
  }

  private static <S> byte[] state(StateRef<S> ref) {
    return ref.module().toJson(ref.state());
  }

  private Reply dispatch(
      Request request, Target target, String action, @Nullable JsonNode payload) {
    String id = request.header("Idempotency-Key");
    Instant began = desk.time().instant();
    return inSession(
        request,
        session -> {
          String outcome = Failure.INTERNAL;
          try {
            byte[] state = run(ref(session, target), id, action, payload);
            outcome = Conversation.OK;
            return state;
          } catch (HoldfastException e) {
            outcome = e.code();
            throw e;
          } finally {
            Duration took = Duration.between(began, desk.time().instant());
            desk.meters().answered(target.module().name(), outcome, took);
          }
        });
  }

  private static <S> byte[] run(
      StateRef<S> ref, @Nullable String id, String action, @Nullable JsonNode payload) {
    StateRef<S> once = id == null ? ref : ref.withActionId(id);
    CompletableFuture<S> answer =
        payload == null ? once.dispatchAsync(action) : once.dispatchAsync(action, payload);
    return ref.module().toJson(answer.join());
  }

  private static StateRef<?> ref(Session session, Target target) {
    StateModule<?> module = target.module();
    return target.id() == null ? session.ref(module) : session.ref(module, target.id());
  }

  /** What is done in a session. */
  private interface Work {
    byte[] in(Session session);
  }

  /** The authenticator is asked here, too: there is no way around it. */
  private Reply inSession(Request request, Work work) {
    return switch (gatekeeper.decide(request.asClients())) {
      case Decision.Refused refused ->
          failures.reply(
              refused.status(),
              new Failure(Failure.REFUSED, "You may not connect here, or not now"));
      case Decision.Known known -> inSession(request, known.principal(), work);
      case Decision.Anonymous nobody -> inSession(request, null, work);
    };
  }

  private Reply inSession(Request request, @Nullable String principal, Work work) {
    String shown = cookie.tokenIn(request.header(HttpHeaderNames.COOKIE));
    Visitor visitor = new Visitor(principal, Map.of());
    try (SessionConnection connection = desk.sessions().connect(shown, visitor)) {
      Reply reply = result(connection.session(), work);
      String token = connection.token();
      return token.equals(shown) ? reply : reply.with("Set-Cookie", cookie.setting(token));
    } catch (HoldfastException e) {
      return failures.reply(e);
    }
  }

  private Reply result(Session session, Work work) {
    try {
      return Reply.json(200, work.in(session));
    } catch (IllegalArgumentException e) {
      return failures.reply(
          400, Failure.badMessage("The instance's id or the Idempotency-Key is not a valid one"));
    } catch (RuntimeException e) {
      return failures.reply(e);
    }
  }
}
