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
    @Nullable Handler<S> onExpire,
    @Nullable ErrorHandler<S> onError,
    BiPredicate<Session, String> admit) {}
