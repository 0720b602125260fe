package dev.holdfast.server;

import dev.holdfast.Session;
import dev.holdfast.SessionConnection;
import dev.holdfast.SessionView;
import dev.holdfast.Sessions;
import dev.holdfast.StateModule;
import dev.holdfast.StateRef;
import dev.holdfast.Subscription;
import dev.holdfast.Visitor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sessions of one counter that acknowledge when a test says so. For one thread. */
final class FakeSessions implements Sessions {

  record Count(int count) {}

  static final StateModule<Count> COUNTER =
      StateModule.define("Counter", new Count(0)).reduce("increment", c -> c).build();

  final CounterRef counter = new CounterRef();
  private final Map<String, String> idsByToken = new HashMap<>();
  private int open;

  @Override
  public SessionConnection connect(@Nullable String token, Visitor visitor) {
    boolean isNew = token == null || !idsByToken.containsKey(token);
    String mine = isNew ? "token-" + idsByToken.size() : String.valueOf(token);
    idsByToken.putIfAbsent(mine, "session-" + idsByToken.size());
    open++;
    return new Connection(mine, new OneSession(idsByToken.get(mine)), isNew);
  }

  @Override
  public Optional<SessionConnection> resume(String token, Visitor visitor) {
    return idsByToken.containsKey(token) ? Optional.of(connect(token, visitor)) : Optional.empty();
  }

  @Override
  public int connected() {
    return open;
  }

  @Override
  public int waiting() {
    return 0;
  }

  private final class Connection implements SessionConnection {
    private final String token;
    private final Session session;
    private final boolean isNew;

    Connection(String token, Session session, boolean isNew) {
      this.token = token;
      this.session = session;
      this.isNew = isNew;
    }

    @Override
    public Session session() {
      return session;
    }

    @Override
    public String token() {
      return token;
    }

    @Override
    public boolean isNew() {
      return isNew;
    }

    @Override
    public void onRotated(Runnable task) {}

    @Override
    public void attach(StateRef<?> ref) {}

    @Override
    public void close() {
      open--;
    }
  }

  private final class OneSession implements Session {
    private final String id;

    OneSession(String id) {
      this.id = id;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public Optional<String> principal() {
      return Optional.empty();
    }

    @Override
    public Map<String, String> attributes() {
      return Map.of();
    }

    @Override
    public Map<String, String> untrustedProps() {
      return Map.of();
    }

    @Override
    public SessionView view() {
      return new SessionView(id, principal(), attributes());
    }

    @Override
    public void authenticate(@Nullable String principal) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void setAttribute(String name, String value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void removeAttribute(String name) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void rotate(Duration grace) {
      throw new UnsupportedOperationException();
    }

    @Override
    @SuppressWarnings("unchecked") // there is only one module
    public <S> StateRef<S> ref(StateModule<S> module) {
      return (StateRef<S>) counter;
    }

    @Override
    public <S> StateRef<S> ref(StateModule<S> module, String instance) {
      throw new IllegalArgumentException("not byId");
    }

    @Override
    public <S> void unbind(StateModule<S> module) {
      throw new IllegalArgumentException("not withKey");
    }
  }

  /** The counter's one instance. */
  static final class CounterRef implements StateRef<Count> {
    final List<CompletableFuture<Count>> unanswered = new ArrayList<>();
    final List<Consumer<? super Count>> listeners = new ArrayList<>();
    private Count state = new Count(0);
    private Consumer<Duration> onFlush = within -> {};
    private Runnable onUnsubscribe = () -> {};

    void onFlush(Consumer<Duration> task) {
      onFlush = task;
    }

    void onUnsubscribe(Runnable task) {
      onUnsubscribe = task;
    }

    /** A commit: the state changes, listeners hear of it. */
    void commit(int count) {
      state = new Count(count);
      List.copyOf(listeners).forEach(listener -> listener.accept(state));
    }

    /** The oldest action without an answer gets one. */
    void acknowledge() {
      unanswered.removeFirst().complete(state);
    }

    @Override
    public StateModule<Count> module() {
      return COUNTER;
    }

    @Override
    public Count dispatch(String action) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Count dispatch(String action, @Nullable Object payload) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Count> dispatchAsync(String action) {
      CompletableFuture<Count> answer = new CompletableFuture<>();
      unanswered.add(answer);
      return answer;
    }

    @Override
    public CompletableFuture<Count> dispatchAsync(String action, @Nullable Object payload) {
      return dispatchAsync(action);
    }

    @Override
    public StateRef<Count> withActionId(String id) {
      return this;
    }

    @Override
    public Count state() {
      return state;
    }

    @Override
    public Count latest() {
      return state;
    }

    @Override
    public Subscription subscribe(Consumer<? super Count> listener) {
      listeners.add(listener);
      return () -> {
        onUnsubscribe.run();
        listeners.remove(listener);
      };
    }

    @Override
    public void flush() {}

    @Override
    public void flush(Duration within) {
      onFlush.accept(within);
    }
  }
}
