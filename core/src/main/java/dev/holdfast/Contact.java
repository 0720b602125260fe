package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * Tells a module when a session's client comes back to it, and when its last connection there has
 * ended. Connections that replace one another go unnoticed.
 */
final class Contact<S> {

  private final Binding<S> binding;
  private final StateModule<S> module;
  private int connections; // guarded by this object's monitor

  Contact(Binding<S> binding) {
    this.binding = binding;
    this.module = binding.module();
  }

  /** Whether a module wants to know. */
  static boolean isHeeded(StateModule<?> module) {
    return module.hooks().onReconnect() != null || module.hooks().onDisconnect() != null;
  }

  /**
   * A connection about the module has begun.
   *
   * @param isBack whether its client has been here before
   * @return the turn of the hook; null if there is nothing to tell
   */
  @Nullable Turn<S> begin(boolean isBack) {
    synchronized (this) {
      connections++;
      if (connections > 1) {
        return null;
      }
    }
    var hook = module.hooks().onReconnect();
    return hook == null || !isBack
        ? null
        : send(
            Turn.Kind.HOOK,
            "onReconnect",
            context -> hook.handle(context, new Back<>(binding.session(), context)));
  }

  /** A connection has ended. */
  void end() {
    synchronized (this) {
      connections--;
      if (connections > 0) {
        return;
      }
    }
    var hook = module.hooks().onDisconnect();
    if (hook != null && binding.isReady() && !binding.hasEnded()) {
      send(Turn.Kind.NOTICE, "onDisconnect", context -> hook.handle(context, binding.session()));
    }
  }

  private Turn<S> send(Turn.Kind kind, String hook, StateModule.Handler<S> handler) {
    String title = hook + " of module " + module.name();
    Turn<S> turn = Turn.handling(kind, title, handler, null, binding);
    Engine engine = binding.engine();
    engine.after(
        turn.done,
        (state, error) -> {
          if (error != null && !(error instanceof LoadException)) { // That is told to who looks.
            engine.reports.threw(title, error);
          }
        });
    binding.submit(turn, false);
    return turn;
  }

  private record Back<S>(Session session, ActionContext<S> context) implements Reconnect<S> {
    @Override
    public void restore(S saved) {
      context.update(state -> saved);
    }
  }
}
