package dev.holdfast;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A handler's view of its turn, until it is revoked. */
final class HandlerContext<S> implements ActionContext<S> {

  private final Engine engine;
  private final Instance<S> instance;
  private final Turn<S> turn;
  private S state;
  private volatile boolean revoked;

  HandlerContext(Engine engine, Instance<S> instance, Turn<S> turn) {
    this.engine = engine;
    this.instance = instance;
    this.turn = turn;
    this.state = instance.working(turn);
  }

  /** Ends its use. */
  void revoke() {
    revoked = true;
  }

  private void check() {
    if (revoked) {
      throw new IllegalStateException(
          "%s has ended or run out of time; its context is of no more use".formatted(turn.title));
    }
  }

  @Override
  public S state() {
    check();
    return state;
  }

  @Override
  public void update(UnaryOperator<S> change) {
    check();
    state = Objects.requireNonNull(change.apply(state), "update gave null");
  }

  private @Nullable LiveSession sessionOrNull() {
    return turn.binding == null ? null : turn.binding.session();
  }

  @Override
  public Optional<Session> session() {
    check();
    return Optional.ofNullable(sessionOrNull());
  }

  @Override
  public String id() {
    check();
    return instance.id();
  }

  @Override
  public Instant now() {
    check();
    return engine.time.instant();
  }

  @Override
  public <T> StateRef<T> ref(StateModule<T> module) {
    check();
    LiveSession session = sessionOrNull();
    return session == null ? engine.refs().ref(module) : session.ref(module);
  }

  @Override
  public <T> StateRef<T> ref(StateModule<T> module, String id) {
    check();
    return engine.refs().ref(module, id);
  }
}
