package dev.holdfast.local;

import dev.holdfast.test.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A program with local states: its clock, what it was told of problems, and its end. */
final class Desk implements AutoCloseable {

  record User(int id, String email) {
    User withEmail(String to) {
      return new User(id, to);
    }
  }

  record Settings(int count, String name, User user, List<String> tags) {
    static final Settings NEW = new Settings(0, "test", new User(1, "test@example.com"), List.of());

    Settings withCount(int to) {
      return new Settings(to, name, user, tags);
    }

    Settings withName(String to) {
      return new Settings(count, to, user, tags);
    }

    Settings withUser(User to) {
      return new Settings(count, name, to, tags);
    }

    Settings withTags(String... to) {
      return new Settings(count, name, user, List.of(to));
    }

    int doubled() {
      return 2 * count;
    }
  }

  final ManualClock clock = new ManualClock();
  final List<String> problems = new ArrayList<>();
  private final List<LocalState<?>> states = new ArrayList<>();

  /** Settings, kept where everything happens on the thread that causes it. */
  LocalState<Settings> settings(Consumer<LocalPersistence> how) {
    return open(() -> LocalState.define(Settings.NEW, o -> inline(o).persist(kept(how))));
  }

  LocalState<Settings> settings(Storage storage) {
    return settings(p -> p.storage(storage));
  }

  /** The same with threads, for storages that answer later. */
  LocalState<Settings> threaded(Consumer<LocalPersistence> how) {
    return open(() -> LocalState.define(Settings.NEW, o -> o.clock(clock).persist(kept(how))));
  }

  private Consumer<LocalPersistence> kept(Consumer<LocalPersistence> how) {
    return p -> {
      p.key("settings").onError(this::note);
      how.accept(p);
    };
  }

  private synchronized void note(RuntimeException error) {
    problems.add(error.getMessage());
  }

  synchronized List<String> problems() {
    return List.copyOf(problems);
  }

  LocalOptions inline(LocalOptions options) {
    return options.clock(clock).executor(Runnable::run);
  }

  <T> LocalState<T> open(Supplier<LocalState<T>> definition) {
    LocalState<T> state = definition.get();
    states.add(state);
    return state;
  }

  /** Long enough for every save that works. */
  void pass() {
    clock.advance(Duration.ofSeconds(10));
  }

  static void await(CompletionStage<?> stage) {
    try {
      var unused = stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new AssertionError(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("No answer within 10 s", e);
    }
  }

  @Override
  public void close() {
    for (LocalState<?> state : states) {
      try {
        state.dispose();
      } catch (RuntimeException e) {
        problems.add(e.getMessage());
      }
    }
  }
}
