package dev.holdfast;

import dev.holdfast.StateModule.ErrorHandler;
import dev.holdfast.StateModule.Handler;
import dev.holdfast.StateModule.PayloadHandler;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** What a module wants to be told and asked. */
record Hooks<S>(
    @Nullable PayloadHandler<S, RestoreInfo> onCreated,
    @Nullable Handler<S> onDestroyed,
    @Nullable ErrorHandler<S> onError,
    BiPredicate<Session, String> admit) {}
