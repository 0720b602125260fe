package dev.holdfast;

import dev.holdfast.StateModule.ErrorHandler;
import dev.holdfast.StateModule.Handler;
import dev.holdfast.StateModule.PayloadHandler;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** What a module wants to be told and asked. */
record Hooks<S>(
    @Nullable PayloadHandler<S, RestoreInfo> onCreated,
    @Nullable PayloadHandler<S, RestoreInfo> onActivated,
    @Nullable Handler<S> onPassivated,
    @Nullable PayloadHandler<S, Session> onAttach,
    @Nullable PayloadHandler<S, Session> onDetach,
    @Nullable PayloadHandler<S, Session> onDisconnect,
    @Nullable PayloadHandler<S, Reconnect<S>> onReconnect,
    @Nullable Handler<S> onExpire,
    @Nullable ErrorHandler<S> onError,
    BiPredicate<Session, String> admit) {

  /** Which clients may attach where the module does not say (law K7). */
  static final BiPredicate<Session, String> NOBODY = (session, id) -> false;

  /** Whether it matters over a restart which sessions have met an instance. */
  boolean remembersSessions() {
    return onCreated != null || onReconnect != null;
  }
}
