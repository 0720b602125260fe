package dev.holdfast.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.holdfast.KeyStrategy;
import dev.holdfast.OutcomeUnknownException;
import dev.holdfast.Session;
import dev.holdfast.StateModule;
import dev.holdfast.StateRef;
import dev.holdfast.UnsavedChangesException;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateKey;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The extension as a user's test has it, with a runtime for each test. */
final class HoldfastExtensionTest {

  record Count(int n) {
    Count plus() {
      return new Count(n + 1);
    }
  }

  private static final SavePolicy BEHIND =
      SavePolicy.writeBehind(Duration.ofMillis(50), Duration.ofMillis(500));

  private static final StateModule<Count> OWN = count("Own").persist(KeyStrategy.session()).build();
  private static final StateModule<Count> ALL = count("All").persist(KeyStrategy.global()).build();
  private static final StateModule<Count> ROOM = count("Room").persist(KeyStrategy.byId()).build();
  private static final StateModule<Count> LAZY =
      count("Lazy").persist(KeyStrategy.byId(), p -> p.save(BEHIND)).build();
  private static final StateModule<Count> DRAFT = count("Draft").build();

  private static StateModule.Builder<Count> count(String name) {
    return StateModule.define(name, new Count(0))
        .reduce("add", Count::plus)
        .onAction("handle", ctx -> ctx.update(Count::plus));
  }

  @RegisterExtension
  final HoldfastExtension holdfast = HoldfastExtension.with(OWN, ALL, ROOM, LAZY, DRAFT);

  private @Nullable Session early;

  @BeforeEach
  void theRuntimeIsThereBeforeTheTest() {
    early = holdfast.session("early");
  }

  @AfterEach
  void andAfterIt() {
    assertThat(holdfast.app().isHealthy()).isTrue();
  }

  @Test
  void eachTestBeginsWithNothing() {
    assertThat(early).isNotNull();
    assertThat(holdfast.ref(ROOM, "r").dispatch("add").n()).isEqualTo(1);
  }

  @Test
  void eachTestBeginsWithNothingAlsoThisOne() {
    assertThat(holdfast.ref(ROOM, "r").dispatch("add").n()).isEqualTo(1);
  }

  @Test
  void whatADispatchCausesHasHappenedWhenItReturns() {
    StateRef<Count> room = holdfast.ref(ROOM, "r");
    StringBuilder seen = new StringBuilder();
    try (var subscription = room.subscribe(state -> seen.append(state.n()))) {
      room.dispatch("add");
      assertThat(room.dispatchAsync("handle")).isCompleted();
      assertThat(seen).hasToString("12");
    }
  }

  @Test
  void timersRunWhenTheClockIsAdvanced() {
    holdfast.ref(LAZY, "l").dispatch("add");
    holdfast.record(LAZY, "l").isAbsent();
    holdfast.clock().advance(Duration.ofMillis(50));
    holdfast.record(LAZY, "l").hasJson("{n: 1}");
  }

  @Test
  void aRestartSavesEverything() {
    holdfast.ref(LAZY, "l").dispatch("add");
    holdfast.restart();
    assertThat(holdfast.ref(LAZY, "l").state()).isEqualTo(new Count(1));
  }

  @Test
  void aCrashLosesWhatIsNotSaved() {
    holdfast.ref(LAZY, "l").dispatch("add");
    holdfast.crash();
    holdfast.clock().advance(Duration.ofHours(1)); // No timer of the dead runtime saves it.
    holdfast.record(LAZY, "l").isAbsent();
    assertThat(holdfast.ref(LAZY, "l").state()).isEqualTo(new Count(0));
  }

  @Test
  void aCrashLosesNothingThatIsAcknowledged() {
    holdfast.ref(ROOM, "r").dispatch("add");
    holdfast.crash();
    holdfast.ref(ROOM, "r").dispatch("add");
    holdfast.crash();
    assertThat(holdfast.ref(ROOM, "r").state()).isEqualTo(new Count(2));
    holdfast.record(ROOM, "r").hasRevision(2);
  }

  @Test
  void aDeadRuntimeWritesNoMore() {
    StateRef<Count> dead = holdfast.ref(ROOM, "r");
    holdfast.crash();
    CompletableFuture<Count> late = dead.dispatchAsync("add");
    holdfast.clock().advance(Duration.ofHours(1));
    assertThat(late.isDone() && !late.isCompletedExceptionally()).isFalse();
    holdfast.record(ROOM, "r").isAbsent();
  }

  @Test
  void aRestartOverADeadStoreSaysWhatIsLost() {
    holdfast.ref(LAZY, "l").dispatch("add");
    holdfast.store().writing().fail();
    assertThatExceptionOfType(UnsavedChangesException.class).isThrownBy(holdfast::restart);
    holdfast.store().writing().recover();
    assertThat(holdfast.ref(LAZY, "l").dispatch("add").n()).isEqualTo(1);
  }

  @Test
  void faultsAreForTheTestThatAskedForThem() {
    holdfast.store().writing().fail();
    holdfast.store().reject(StateKey.keyed("Lazy", "l"), "too large");
    CompletableFuture<Count> waiting = holdfast.ref(ROOM, "r").dispatchAsync("add");
    holdfast.ref(LAZY, "l").dispatch("add");
    assertThat(waiting).isNotDone();
    holdfast.store().recover(); // As the extension does after each test.
    holdfast.clock().advance(Duration.ofSeconds(5));
    assertThat(waiting).isCompleted();
    holdfast.record(LAZY, "l").isPresent();
  }

  @Test
  void recordsAreFoundByModuleAndIdOrSession() {
    Session alice = holdfast.session("alice");
    alice.ref(OWN).dispatch("add");
    alice.ref(ALL).dispatch("add");
    holdfast.record(OWN, "alice").hasJson("{n: 1}");
    holdfast.record(OWN, alice).hasJson("{n: 1}");
    holdfast.record(ALL).hasJson("{n: 1}");
    holdfast.record(StateKey.global("All")).hasJson("{n: 1}");
  }

  @Test
  void aRecordThatCannotBeIsAMistakeOfTheTest() {
    Session alice = holdfast.session("alice");
    assertThatIllegalArgumentException().isThrownBy(() -> holdfast.record(ROOM));
    assertThatIllegalArgumentException().isThrownBy(() -> holdfast.record(ALL, "x"));
    assertThatIllegalArgumentException().isThrownBy(() -> holdfast.record(ROOM, alice));
    assertThatIllegalArgumentException().isThrownBy(() -> holdfast.record(DRAFT, "x"));
  }

  @Test
  void outsideATestThereIsNoRuntime() {
    assertThatIllegalStateException()
        .isThrownBy(() -> HoldfastExtension.with(ROOM).app())
        .withMessageContaining("@RegisterExtension");
  }

  @Test
  void aTestThatWaitsForEverIsInterruptedAndToldWhereItStood() {
    holdfast.store().writing().fail();
    StateRef<Count> room = holdfast.ref(ROOM, "r");
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> Patience.within(Duration.ofMillis(50), () -> room.dispatch("add")))
        .withMessageContaining("clock().advance")
        .withCauseInstanceOf(OutcomeUnknownException.class)
        .satisfies(e -> assertThat(e.getStackTrace()).anyMatch(at -> isDispatch(at)));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    holdfast.store().recover();
    holdfast.clock().advance(Duration.ofSeconds(5));
  }

  private static boolean isDispatch(StackTraceElement at) {
    return at.getMethodName().equals("dispatch");
  }

  @Test
  void whatATestThrowsInTimeIsThrownAsItIs() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Patience.within(
                    Duration.ofSeconds(30),
                    () -> {
                      throw new IllegalStateException("of the test");
                    }))
        .withMessage("of the test");
  }
}
