package dev.holdfast;

import dev.holdfast.time.TimeSource.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells the program of sessions whose time is up, before what was their own is erased (law N2). */
final class ExpiredSessions {

  private static final String TITLE = "onSessionExpired";

  private final Engine engine;
  private final @Nullable Consumer<SessionView> hook;

  ExpiredSessions(Engine engine, @Nullable Consumer<SessionView> hook) {
    this.engine = engine;
    this.hook = hook;
  }

  /**
   * Completes when the program has been told, or has taken longer than a handler may: one hook that
   * hangs holds up no other session's end (law A5).
   */
  CompletableFuture<Void> tell(LiveSession session) {
    CompletableFuture<Void> told = new CompletableFuture<>();
    if (hook == null) {
      told.complete(null);
      return told;
    }
    SessionView view = session.view();
    Timer timer =
        engine.time.schedule(
            engine.options.actionTimeout(),
            () -> {
              if (told.complete(null)) {
                engine.reports.odd(TITLE + " took longer than a handler may");
              }
            });
    engine.executor.execute(
        () -> {
          try {
            hook.accept(view);
          } catch (RuntimeException | Error e) {
            engine.reports.threw(TITLE, e);
          } finally {
            timer.close();
            told.complete(null);
          }
        });
    return told;
  }
}
