package dev.holdfast.server;

import dev.holdfast.HoldfastException;
import dev.holdfast.NotAdmittedException;
import dev.holdfast.Session;
import dev.holdfast.SessionConnection;
import dev.holdfast.Visitor;
import dev.holdfast.server.protocol.ClientMessage.Hello;
import dev.holdfast.server.protocol.ClientMessage.ModuleName;
import dev.holdfast.server.protocol.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Answers hello: finds the session and what the connection is about. */
final class Reception {

  private final Desk desk;
  private final Endpoint endpoint;
  private final Entrant entrant;
  private final BiFunction<Target, Session, Attachment<?>> attach;

  Reception(
      Desk desk,
      Endpoint endpoint,
      Entrant entrant,
      BiFunction<Target, Session, Attachment<?>> attach) {
    this.desk = desk;
    this.endpoint = endpoint;
    this.entrant = entrant;
    this.attach = attach;
  }

  /** How a hello ends. */
  sealed interface Result {}

  /**
   * The connection belongs to a session, which whoever gets this must close.
   *
   * @param byCookie whether it was in the client's cookie
   * @param isNew whether it began with this connection, be it with the upgrade
   */
  record Admitted(
      SessionConnection connection,
      List<Attachment<?>> attachments,
      boolean byCookie,
      boolean isNew)
      implements Result {}

  /**
   * It does not.
   *
   * @param close how the connection ends; null if the client may say hello again
   */
  record TurnedAway(Failure failure, @Nullable CloseCode close) implements Result {}

  /** Waits for the store if the session is not in memory. */
  Result receive(Hello hello) {
    List<Target> targets = new ArrayList<>();
    Failure unknown = resolve(hello, targets);
    if (unknown != null) {
      return new TurnedAway(unknown, null);
    }
    try {
      return connect(hello, targets);
    } catch (HoldfastException e) {
      return new TurnedAway(Failures.of(e), CloseCode.TRY_LATER);
    }
  }

  /** A token in hello that is good wins over the cookie's. */
  private Result connect(Hello hello, List<Target> targets) {
    Visitor visitor = new Visitor(entrant.principal(), hello.props());
    String own = hello.sessionId();
    String cookie = entrant.cookieToken();
    if (cookie == null) {
      return admit(desk.sessions().connect(own, visitor), targets, false);
    }
    SessionConnection named =
        own == null ? null : desk.sessions().resume(own, visitor).orElse(null);
    return named == null
        ? admit(desk.sessions().connect(cookie, visitor), targets, true)
        : admit(named, targets, false);
  }

  private @Nullable Failure resolve(Hello hello, List<Target> targets) {
    Target only = endpoint.only();
    if (only != null) {
      targets.add(only);
      return null;
    }
    if (hello.modules().isEmpty()) {
      return Failure.badMessage("Field \"modules\" must name what the connection is about");
    }
    for (ModuleName name : hello.modules()) {
      switch (desk.modules().find(name.module(), name.id())) {
        case Modules.Found found -> targets.add(found.target());
        case Modules.Missing missing -> {
          return new Failure(Failure.UNKNOWN_MODULE, missing.problem());
        }
      }
    }
    return null;
  }

  private Result admit(SessionConnection connection, List<Target> targets, boolean byCookie) {
    boolean admitted = false;
    try {
      List<Attachment<?>> attachments = new ArrayList<>();
      for (Target target : targets) {
        attachments.add(attach.apply(target, connection.session()));
      }
      admitted = true;
      boolean isNew = connection.isNew() || (byCookie && entrant.isBegun());
      return new Admitted(connection, List.copyOf(attachments), byCookie, isNew);
    } catch (NotAdmittedException e) {
      return new TurnedAway(Failures.of(e), CloseCode.POLICY);
    } catch (IllegalArgumentException e) {
      return new TurnedAway(
          Failure.badMessage("An instance's id is not one that a key can have"), CloseCode.POLICY);
    } catch (HoldfastException e) {
      return new TurnedAway(Failures.of(e), CloseCode.TRY_LATER);
    } finally {
      if (!admitted) {
        connection.close();
      }
    }
  }
}
