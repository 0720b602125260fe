package dev.holdfast;

import static dev.holdfast.Rig.answer;
import static dev.holdfast.Rig.boxes;
import static dev.holdfast.Rig.key;
import static dev.holdfast.Todos.user;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.Rig.Box;
import dev.holdfast.save.AutoSaver;
import dev.holdfast.save.Savable;
import dev.holdfast.save.SaveListener;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriterMark;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whose thread does what, and that nobody's trouble is another's (laws A5, A7 and S3). */
@Timeout(30)
class ThreadsTest {

  @AutoClose private final Rig rig = new Rig();
  private final StateModule<Box> committed = boxes(SavePolicy.committed());

  @Test
  @DisplayName("A7 who goes on from an action that failed may wait for another one")
  void goingOnFromAFailureDoesNotOccupyTheSaver() {
    var app = rig.threaded(committed);
    rig.store.writing().hang();
    rig.store.reject(key("bad"), "too odd");
    var next =
        app.ref(committed, "bad")
            .dispatchAsync("increment")
            .handle((box, error) -> app.ref(committed, "good").dispatch("increment").count());
    rig.store.writing().awaitHung().release();
    assertThat(answer(next)).isEqualTo(1);
  }

  @Test
  @DisplayName("A5 a listener may dispatch, also where everything happens on one thread")
  void aListenerMayDispatch() {
    var app = rig.inline(committed);
    var echo = app.ref(committed, "echo");
    List<CompletableFuture<Box>> sent = new ArrayList<>();
    app.ref(committed, "a").subscribe(box -> sent.add(echo.dispatchAsync("increment")));
    app.ref(committed, "a").dispatch("increment");
    app.ref(committed, "a").dispatch("handle");
    assertThat(sent).hasSize(2).allMatch(CompletableFuture::isDone);
    assertThat(echo.state().count()).isEqualTo(2);
  }

  @Test
  @Timeout(10)
  @DisplayName("A7 who waits in a listener on the one thread that would answer is told so")
  void aListenerOnTheAnsweringThreadCannotWait() {
    var app = rig.inline(committed);
    List<Throwable> thrown = new ArrayList<>();
    app.ref(committed, "a")
        .subscribe(
            box ->
                thrown.add(catchThrowable(() -> app.ref(committed, "echo").dispatch("increment"))));
    app.ref(committed, "a").dispatch("increment");
    assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
  }

  @Test
  @DisplayName("A7 S6 a handler that outlives the runtime, and who waits behind it, are answered")
  void closingLeavesNobodyWithoutAnAnswer() {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    var todos =
        Todos.builder("Todos", SavePolicy.committed())
            .onAction(
                "wait",
                ctx -> {
                  running.countDown();
                  end.await();
                  ctx.update(t -> t.with("waited"));
                })
            .build();
    var app = rig.threaded(todos);
    var ref = app.session("s").ref(todos);
    ref.dispatch("login", user("alice"));
    var first = ref.dispatchAsync("wait");
    await(running);
    var behind = ref.dispatchAsync("add", "behind");
    app.close();
    end.countDown();
    assertThatThrownBy(() -> answer(first)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> answer(behind)).isInstanceOf(ClosedException.class);
  }

  @Test
  @DisplayName("A7 S6 a handler that never ends loses its turn after the runtime's end, too")
  void aHandlerIsTimedOutAfterTheRuntimesEnd() {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    var module =
        boxes()
            .onAction(
                "wait",
                ctx -> {
                  running.countDown();
                  never.await();
                })
            .persist(KeyStrategy.byId())
            .build();
    var app = rig.threaded(module);
    var waiting = app.ref(module, "a").dispatchAsync("wait");
    await(running);
    app.close();
    rig.clock.advance(ofSeconds(31));
    assertThatThrownBy(() -> answer(waiting)).isInstanceOf(ActionTimeoutException.class);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("S3 a state that cannot even be prepared keeps no other from being saved")
  void oneBadStateStopsNobody() {
    List<String> rejected = new ArrayList<>();
    SaveListener listener =
        new SaveListener() {
          @Override
          public void onRejected(StateKey key, String reason) {
            rejected.add(key.id());
          }
        };
    AutoSaver saver =
        AutoSaver.start(
            "memory", rig.shared, rig.clock, Runnable::run, RandomGenerator.getDefault(), listener);
    saver.changed(new State("bad", true), SavePolicy.committed());
    saver.changed(new State("good", false), SavePolicy.committed());
    assertThat(rejected).containsExactly("bad");
    assertThat(rig.shared.load(key("good"))).isPresent();
    assertThat(rig.shared.load(key("bad"))).isEmpty();
  }

  private final class State extends Savable {
    private final String id;
    private final boolean bad;

    State(String id, boolean bad) {
      this.id = id;
      this.bad = bad;
    }

    @Override
    public StateKey key() {
      return Rig.key(id);
    }

    @Override
    protected WriteBatch.@Nullable Entry prepare() {
      if (bad) {
        throw new AssertionError("The test's state cannot be prepared");
      }
      return new WriteBatch.Put(
          key(),
          Revision.NONE,
          new StateRecord(
              Revision.first(1),
              new WriterMark(1, 1),
              1,
              rig.clock.instant(),
              null,
              Lab.utf8("{}")));
    }

    @Override
    protected boolean saved(Revision revision) {
      return false;
    }

    @Override
    protected CompletableFuture<Boolean> conflicted(Revision actual) {
      return CompletableFuture.completedFuture(false);
    }

    @Override
    protected boolean isInDoubt() {
      return false;
    }

    @Override
    protected CompletableFuture<Boolean> findOut() {
      throw new IllegalStateException("It was not in doubt");
    }

    @Override
    protected boolean rejected(String reason) {
      return false;
    }

    @Override
    protected void failed() {}

    @Override
    protected void withdrawn() {}
  }
}
