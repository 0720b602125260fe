package dev.holdfast.server.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a client says. */
public sealed interface ClientMessage {

  /**
   * The first message of every connection.
   *
   * @param sessionId the session's token, if the client has one
   * @param props what the client says of itself; members that are no text are JSON
   * @param modules what the connection is about, where its URL does not say it; empty elsewhere
   * @param patches whether the client understands {@code statePatch}
   */
  record Hello(
      @Nullable String sessionId,
      Map<String, String> props,
      List<ModuleName> modules,
      boolean patches)
      implements ClientMessage {
    /** Copies map and list. */
    public Hello {
      props = Map.copyOf(props);
      modules = List.copyOf(modules);
    }

    /** Leaves the token out. */
    @Override
    public String toString() {
      return "Hello[modules=" + modules + "]";
    }
  }

  /**
   * A module, or one instance of it.
   *
   * @param id the instance, where the caller names it
   */
  record ModuleName(String module, @Nullable String id) {}

  /** Asks for the state after each change. */
  record SubscribeState() implements ClientMessage {}

  /**
   * Something is to happen.
   *
   * @param id the action's id, if it has one: then it is applied once and its result is reported
   * @param module the module, or "" where the connection has only one
   * @param instance the instance, where the caller names it
   * @param payload what comes with the action; null for nothing
   */
  record DispatchAction(
      @Nullable String id,
      String module,
      @Nullable String instance,
      String action,
      @Nullable JsonNode payload)
      implements ClientMessage {

    /** Leaves the payload out. */
    @Override
    public String toString() {
      return "DispatchAction[%s.%s, id=%s]".formatted(module, action, id);
    }
  }

  /**
   * A message that is not followed, whatever the connection is about.
   *
   * @param failure what is wrong with it
   * @param id the id of the action that it was to be, if that much could be read
   */
  record Refused(Failure failure, @Nullable String id) implements ClientMessage {}
}
