package dev.holdfast;

import static dev.holdfast.Rig.key;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Rig.Box;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Records that are kept for a time: the laws E1 and S5. */
class ExpiryTest {

  private static final Duration LIFETIME = ofHours(10);

  @AutoClose private final Rig rig = new Rig();
  private final List<String> expired = new CopyOnWriteArrayList<>();
  private final StateModule<Box> silent = boxes().build();
  private final StateModule<Box> hooked =
      boxes()
          .onExpire(ctx -> expired.add("%s at %d".formatted(ctx.id(), ctx.state().count())))
          .build();

  private static StateModule.Builder<Box> boxes() {
    return Rig.boxes().persist(KeyStrategy.byId(), p -> p.expireAfter(LIFETIME));
  }

  @Test
  @DisplayName("E1 a record goes when its time is up, counted from its last change")
  void recordsExpire() {
    var app = rig.inline(silent);
    app.ref(silent, "a").dispatch("increment");
    rig.clock.advance(ofHours(6));
    app.ref(silent, "a").dispatch("increment");
    app.ref(silent, "a").dispatch("nothing");
    rig.clock.advance(ofHours(9));
    assertThat(rig.hasRecord("a")).isTrue();
    rig.clock.advance(ofHours(1).plusMinutes(1));
    assertThat(rig.hasRecord("a")).isFalse();
    assertThat(app.ref(silent, "a").state().count()).isZero();
  }

  @Test
  @DisplayName("E1 onExpire sees the last state, of an instance in memory as of one that is not")
  void onExpireSeesTheLastState() {
    var app = rig.open(rig.here().modules(hooked).passivateAfter(ofDays(1))); // It stays in memory.
    app.ref(hooked, "a").dispatch("add", new Rig.Add(3));
    rig.clock.advance(LIFETIME.plusMinutes(1));
    assertThat(expired).containsExactly("a at 3");
    assertThat(rig.hasRecord("a")).isFalse();
    assertThat(app.ref(hooked, "a").dispatch("increment").count()).isEqualTo(1);
    app.close();

    var next = rig.inline(hooked);
    rig.clock.advance(LIFETIME.plusMinutes(1));
    assertThat(expired).containsExactly("a at 3", "a at 1");
    assertThat(next.ref(hooked, "a").state().count()).isZero();
  }

  @Test
  @DisplayName("E1 records whose time ran out while nothing ran expire at the next start")
  void recordsExpireWhileNothingRuns() {
    rig.inline(hooked).ref(hooked, "a").dispatch("increment");
    rig.close();
    rig.clock.advance(LIFETIME.plusSeconds(1));
    rig.inline(hooked);
    assertThat(expired).containsExactly("a at 1");
    assertThat(rig.hasRecord("a")).isFalse();
  }

  @Test
  @DisplayName("E1 R1 nobody sees a state whose time is up, also before it is swept")
  void anOverdueStateIsNotShown() {
    StateStore unlisted = new Unlisted(rig.shared);
    var app =
        rig.open(
            Holdfast.builder(unlisted).clock(rig.clock).executor(Runnable::run).modules(hooked));
    app.ref(hooked, "a").dispatch("add", new Rig.Add(7));
    rig.clock.advance(LIFETIME.plusSeconds(1));
    assertThat(app.ref(hooked, "a").dispatch("increment").count()).isEqualTo(1);
    assertThat(expired).containsExactly("a at 7");
    assertThat(rig.stored("a")).isEqualTo(1);
  }

  @Test
  @DisplayName("A7 E1 a clock that is set back while a record expires leaves no load without end")
  void aClockThatIsSetBackDoesNotStopALoad() {
    rig.inline(hooked).ref(hooked, "a").dispatch("increment");
    rig.close();
    ClockSetBack clock = new ClockSetBack(rig.clock);
    var app =
        rig.open(
            Holdfast.builder(new Unlisted(rig.shared))
                .clock(clock)
                .executor(Runnable::run)
                .modules(hooked));
    clock.ahead = LIFETIME.plusSeconds(1);
    clock.looksAhead = 1; // The load finds the time up, and the turn does not any more.
    assertThat(app.ref(hooked, "a").dispatchAsync("increment"))
        .isCompletedWithValueMatching(b -> b.count() == 2);
    assertThat(
            Rig.answer(CompletableFuture.supplyAsync(() -> app.ref(hooked, "a").state())).count())
        .isEqualTo(2);
    assertThat(expired).isEmpty();
  }

  /** A clock that is ahead for some looks. */
  private static final class ClockSetBack implements TimeSource {
    private final TimeSource clock;
    private Duration ahead = Duration.ZERO;
    private int looksAhead;

    ClockSetBack(TimeSource clock) {
      this.clock = clock;
    }

    @Override
    public Instant instant() {
      return looksAhead-- > 0 ? clock.instant().plus(ahead) : clock.instant();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      return clock.schedule(delay, task);
    }

    @Override
    public Deadline deadline(Duration within) {
      return clock.deadline(within);
    }
  }

  /** A store that cannot list what is due. */
  private record Unlisted(StateStore store) implements StateStore {
    @Override
    public java.util.Optional<StateRecord> load(StateKey key) {
      return store.load(key);
    }

    @Override
    public List<dev.holdfast.store.WriteResult> write(WriteBatch batch) {
      return store.write(batch);
    }

    @Override
    public void close() {}
  }

  @Test
  @DisplayName("E1 a subscriber keeps a record, with one write for each tenth of the time at most")
  void subscribersKeepARecord() {
    var app = rig.inline(hooked);
    app.ref(hooked, "a").dispatch("increment");
    var seen = new ArrayList<Integer>();
    var subscription = app.session("s").ref(hooked, "a").subscribe(b -> seen.add(b.count()));
    seen.clear();
    int before = rig.store.writes().size();
    rig.clock.advance(LIFETIME.multipliedBy(5));
    assertThat(rig.stored("a")).isEqualTo(1);
    assertThat(rig.store.writes().size() - before).isBetween(40, 50);
    assertThat(seen).isEmpty();
    subscription.close();
    rig.clock.advance(LIFETIME.multipliedBy(8).dividedBy(10));
    assertThat(rig.hasRecord("a")).isTrue();
    rig.clock.advance(LIFETIME.multipliedBy(3).dividedBy(10));
    assertThat(rig.hasRecord("a")).isFalse();
    assertThat(expired).containsExactly("a at 1");
  }

  @Test
  @DisplayName("E1 S7 a visit prolongs a record, too, that is larger than the limit is by now")
  void aVisitProlongsARecordThatIsTooLarge() {
    rig.inline(silent).ref(silent, "a").dispatch("write", "x".repeat(2_000));
    rig.close();
    var app = rig.open(rig.here().modules(silent).maxRecordBytes(1_024));
    app.ref(silent, "a").subscribe(b -> {});
    assertThatThrownBy(() -> app.ref(silent, "a").dispatch("write", "x".repeat(2_001)))
        .isInstanceOf(StateRejectedException.class);
    rig.clock.advance(LIFETIME.multipliedBy(2));
    assertThat(rig.shared.load(key("a")).orElseThrow().dueAt()).isAfter(rig.clock.instant());
    assertThat(app.ref(silent, "a").state().text()).hasSize(2_000);
  }

  @Test
  @DisplayName("E1 a short visit counts, too")
  void shortVisitsCount() {
    var app = rig.inline(silent);
    app.ref(silent, "a").dispatch("increment");
    rig.clock.advance(ofHours(9));
    app.ref(silent, "a").subscribe(b -> {}).close();
    rig.clock.advance(ofHours(9));
    assertThat(rig.stored("a")).isEqualTo(1);
  }

  @Test
  @DisplayName("S3 E1 a touch that fails is tried again")
  void aTouchThatFailsIsTriedAgain() {
    var app = rig.inline(silent);
    app.ref(silent, "a").dispatch("increment");
    app.ref(silent, "a").subscribe(b -> {});
    rig.clock.advance(ofMinutes(59));
    rig.store.writing().fail();
    rig.clock.advance(ofHours(2));
    rig.store.writing().recover();
    rig.clock.advance(ofSeconds(10));
    assertThat(rig.shared.load(key("a")).orElseThrow().dueAt())
        .isAfter(rig.clock.instant().plus(LIFETIME).minusSeconds(61 * 60));
  }

  @Test
  @DisplayName("S5 a write that was prepared before the expiry brings nothing back")
  void nothingComesBack() {
    var app = rig.inline(silent);
    var written = new ArrayList<WriteBatch>();
    rig.store.beforeWrite(written::add);
    app.ref(silent, "a").dispatch("increment");
    app.ref(silent, "a").dispatch("increment");
    rig.clock.advance(LIFETIME.plusMinutes(1));
    assertThat(rig.hasRecord("a")).isFalse();
    for (WriteBatch late : written) {
      assertThat(rig.shared.write(late).getFirst()).asString().startsWith("Conflict");
    }
    assertThat(rig.hasRecord("a")).isFalse();
    rig.clock.advance(ofMinutes(12));
    assertThat(rig.shared.load(key("a"))).isEmpty();
  }

  @Test
  @DisplayName("hazard 53, A5 an onExpire that throws is reported, and the rest expires")
  void onExpireMayThrow() {
    var module =
        boxes()
            .onExpire(
                ctx -> {
                  expired.add(ctx.id());
                  throw new IllegalStateException("odd");
                })
            .build();
    var app = rig.inline(module);
    app.ref(module, "a").dispatch("increment");
    app.ref(module, "b").dispatch("increment");
    rig.clock.advance(LIFETIME.plusMinutes(1));
    assertThat(expired).containsExactlyInAnyOrder("a", "b");
    assertThat(rig.hasRecord("a") || rig.hasRecord("b")).isFalse();
  }

  @Test
  @DisplayName("E1 many records expire in small batches, past those that are not ours to remove")
  void manyExpire() {
    StateModule<Box> foreign =
        StateModule.define("Foreign", new Box(0, ""))
            .persist(KeyStrategy.byId(), p -> p.expireAfter(ofHours(1)))
            .reduce("increment", b -> b.plus(1))
            .build();
    var app = rig.inline(silent, foreign);
    IntStream.range(0, 450).forEach(i -> app.ref(foreign, "f" + i).dispatch("increment"));
    IntStream.range(0, 450).forEach(i -> app.ref(silent, "k" + i).dispatch("increment"));
    app.close();
    var next = rig.inline(silent);
    rig.clock.advance(LIFETIME.plusMinutes(5));
    assertThat(IntStream.range(0, 450).filter(i -> rig.hasRecord("k" + i))).isEmpty();
    assertThat(rig.shared.load(StateKey.keyed("Foreign", "f1"))).isPresent();
    assertThat(rig.store.writes().stream().mapToInt(b -> b.entries().size()).max().orElse(0))
        .isLessThanOrEqualTo(1_600);
    assertThat(next.isHealthy()).isTrue();
  }

  @Test
  @DisplayName("E1 a change that arrives when the time is up keeps the record")
  void aChangeInTimeKeepsTheRecord() {
    var app = rig.inline(hooked);
    var box = app.ref(hooked, "a");
    box.dispatch("increment");
    rig.clock.advance(LIFETIME.minus(ofMillis(1)));
    Revision before = rig.shared.load(key("a")).orElseThrow().revision();
    box.dispatch("increment");
    rig.clock.advance(ofHours(1));
    assertThat(rig.stored("a")).isEqualTo(2);
    assertThat(rig.shared.load(key("a")).orElseThrow().revision()).isEqualTo(before.next());
    assertThat(expired).isEmpty();
  }

  @Test
  @DisplayName("E1 a record under a former name of its module expires as well")
  void recordsUnderFormerNamesExpire() {
    var app = rig.inline(silent);
    app.ref(silent, "a").dispatch("increment");
    app.ref(silent, "b").dispatch("add", new Rig.Add(2));
    app.close();
    var renamed =
        StateModule.define("Crate", new Box(0, ""))
            .persist(KeyStrategy.byId(), p -> p.expireAfter(LIFETIME).formerly("Box"))
            .reduce("increment", b -> b.plus(1))
            .onExpire(ctx -> expired.add("%s at %d".formatted(ctx.id(), ctx.state().count())))
            .build();
    var next = rig.inline(renamed);
    next.ref(renamed, "a").subscribe(b -> {});
    rig.clock.advance(LIFETIME.plusMinutes(2));
    assertThat(expired).containsExactly("b at 2");
    assertThat(rig.hasRecord("b")).isFalse();
    assertThat(next.ref(renamed, "a").state().count()).isEqualTo(1);
  }

  @Test
  @DisplayName("the time is checked")
  void theTimeIsChecked() {
    assertThatThrownBy(
            () -> Rig.boxes().persist(KeyStrategy.byId(), p -> p.expireAfter(ofMillis(5))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expireAfter is between PT1S and")
        .hasMessageContaining("PT0.005S");
  }
}
