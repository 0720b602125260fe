package dev.holdfast.save;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.test.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which states wait for what, and when they are ready (laws S1 to S3). */
final class DirtyStatesTest {

  private static final SavePolicy COMMITTED = SavePolicy.committed();
  private static final SavePolicy SLOW = SavePolicy.writeBehind(ofMillis(100), ofMillis(1_000));
  private static final SavePolicy FAST = SavePolicy.writeBehind(ofMillis(10), ofMillis(20));

  private final ManualClock clock = new ManualClock();
  private int woken;
  private final DirtyStates dirty = new DirtyStates(clock, () -> woken++);
  private final CountedState a = new CountedState("a");
  private final CountedState b = new CountedState("b");

  /** What is drained now, in a batch that is over at once. */
  private List<Savable> drained() {
    List<Savable> drained = dirty.drain();
    dirty.release(drained);
    return drained;
  }

  @Test
  @DisplayName("S2: a state is ready once, however often it changes")
  void isReadyOnce() {
    dirty.changed(a, COMMITTED);
    dirty.changed(a, COMMITTED);
    dirty.changed(a, SLOW);
    dirty.hurry(a);
    assertThat(dirty.size()).isEqualTo(1);
    assertThat(drained()).containsExactly(a);
    assertThat(dirty.hasReady()).isFalse();
    assertThat(dirty.isBusy()).isFalse();
  }

  @Test
  @DisplayName("A3: a sooner policy takes over from a later one, and never the other way round")
  void theSoonerPolicyWins() {
    dirty.changed(a, SLOW);
    dirty.changed(a, FAST);
    dirty.changed(a, SLOW);
    assertThat(dirty.size()).isEqualTo(1);
    clock.advance(ofMillis(10));
    assertThat(drained()).containsExactly(a);
    clock.advance(ofSeconds(2));
    assertThat(dirty.hasReady()).as("what it left in the queue is stale").isFalse();
    assertThat(woken).isEqualTo(1);
  }

  @Test
  @DisplayName("A3: each change puts the save off by a debounce, and none of them past maxWait")
  void changesPutTheSaveOff() {
    dirty.changed(a, SLOW);
    clock.advance(ofMillis(50));
    dirty.changed(a, SLOW);
    clock.advance(ofMillis(50));
    assertThat(dirty.hasReady()).as("it has changed since").isFalse();
    assertThat(woken).isZero();
    clock.advance(ofMillis(100));
    assertThat(drained()).containsExactly(a);

    dirty.changed(a, SLOW);
    for (int i = 0; i < 33; i++) {
      clock.advance(ofMillis(30));
      dirty.changed(a, SLOW);
      assertThat(dirty.hasReady()).isFalse();
    }
    clock.advance(ofMillis(10));
    assertThat(drained()).containsExactly(a);
  }

  @Test
  @DisplayName("A3: a committed change does not wait for the debounce of an earlier one")
  void aCommittedChangeIsReadyAtOnce() {
    dirty.changed(a, SLOW);
    dirty.changed(a, COMMITTED);
    assertThat(woken).isEqualTo(1);
    assertThat(drained()).containsExactly(a);
    clock.advance(ofSeconds(2));
    assertThat(dirty.hasReady()).isFalse();
    assertThat(dirty.size()).isZero();
  }

  @Test
  @DisplayName("S3: what is paused is not made ready by a change, but by its time or a hurry")
  void aPauseOutlastsAChange() {
    dirty.pause(a, ofMillis(50));
    dirty.changed(a, COMMITTED);
    assertThat(dirty.hasReady()).isFalse();
    assertThat(dirty.all()).containsExactly(a);
    assertThat(dirty.size()).isEqualTo(1);
    clock.advance(ofMillis(50));
    assertThat(drained()).containsExactly(a);

    dirty.pause(a, ofMillis(50));
    dirty.hurry(a);
    assertThat(drained()).containsExactly(a);
    clock.advance(ofMillis(50));
    assertThat(dirty.hasReady()).isFalse();
  }

  @Test
  @DisplayName("S3: what fails again while it is ready leaves the queue for its pause")
  void aPauseTakesWhatIsReadyOut() {
    dirty.changed(a, COMMITTED);
    dirty.pause(a, ofMillis(50));
    assertThat(drained()).isEmpty();
    assertThat(dirty.size()).isEqualTo(1);
  }

  @Test
  @DisplayName("S4: nothing of a state is written while its conflict is settled")
  void settlingKeepsAStateBack() {
    dirty.settling(a);
    dirty.changed(a, COMMITTED);
    assertThat(woken).isZero();
    dirty.hurry(a);
    assertThat(dirty.hasReady()).isFalse();
    assertThat(dirty.isBusy()).isTrue();
    assertThat(dirty.all()).containsExactly(a);
    assertThat(dirty.size()).isEqualTo(1);
    dirty.settled(a, false);
    assertThat(drained()).as("it has changed meanwhile").containsExactly(a);
    assertThat(dirty.isBusy()).isFalse();
  }

  @Test
  @DisplayName("S4: a change from before a conflict is written after it; without one nothing is")
  void settlingRemembersAnEarlierChange() {
    dirty.changed(a, COMMITTED);
    dirty.settling(a);
    assertThat(drained()).isEmpty();
    dirty.settled(a, false);
    assertThat(drained()).containsExactly(a);

    dirty.settling(a);
    dirty.settled(a, false);
    assertThat(dirty.size()).isZero();

    dirty.settling(a);
    dirty.settled(a, true);
    assertThat(drained()).containsExactly(a);
  }

  @Test
  @DisplayName("S3: a conflict that could not be settled is paused like any failure")
  void settlingEndsInAPause() {
    dirty.settling(a);
    dirty.pause(a, ofMillis(50));
    assertThat(dirty.isBusy()).isFalse();
    assertThat(dirty.size()).isEqualTo(1);
    clock.advance(ofMillis(50));
    assertThat(drained()).containsExactly(a);
  }

  @Test
  @DisplayName("S6: at close nothing is delayed or paused any more")
  void nothingWaitsOnceHurried() {
    dirty.changed(a, SLOW);
    dirty.pause(b, Duration.ofHours(1));
    assertThat(dirty.isHurried()).isFalse();
    dirty.hurryAll();
    assertThat(dirty.isHurried()).isTrue();
    assertThat(woken).isEqualTo(1);
    assertThat(dirty.size()).isEqualTo(2);
    assertThat(drained()).containsExactlyInAnyOrder(a, b);
    dirty.changed(a, SLOW);
    assertThat(woken).isEqualTo(2);
    dirty.pause(b, Duration.ofHours(1));
    assertThat(drained()).containsExactly(a, b);
  }

  @Test
  @DisplayName("S3: a batch has at most 1,024 states, and fewer where one of them is a suspect")
  void aSuspectGoesInASmallBatch() {
    List<CountedState> many =
        IntStream.range(0, 1_500).mapToObj(i -> new CountedState("s" + i)).toList();
    many.get(1_100).suspect(16);
    many.forEach(state -> dirty.changed(state, COMMITTED));
    assertThat(drained()).hasSize(1_024);
    assertThat(drained()).as("as many as come before the suspect").hasSize(76);
    assertThat(drained()).hasSize(2);
    assertThat(drained()).hasSize(398);
    assertThat(drained()).isEmpty();
  }

  @Test
  @DisplayName("S3: what is put back is ready, once")
  void putsBack() {
    dirty.changed(a, COMMITTED);
    List<Savable> batch = drained();
    dirty.changed(a, COMMITTED);
    dirty.putBack(batch);
    assertThat(drained()).containsExactly(a);
  }

  @Test
  @DisplayName("S1: what changes while it is on its way is not drained before that is over")
  void whatIsOnItsWayIsNotDrained() {
    dirty.changed(a, COMMITTED);
    List<Savable> batch = dirty.drain();
    dirty.changed(a, COMMITTED);
    dirty.changed(b, COMMITTED);
    assertThat(dirty.size()).isEqualTo(2);
    assertThat(dirty.ready()).isEqualTo(1);
    assertThat(drained()).containsExactly(b);
    dirty.release(batch);
    assertThat(dirty.size()).isEqualTo(1);
    assertThat(drained()).containsExactly(a);
    assertThat(dirty.size()).isZero();
  }

  @Test
  @DisplayName("S1, A3: a delay that ends while a state is on its way ends when that is over")
  void aDelayEndsOnTheWay() {
    dirty.changed(a, COMMITTED);
    List<Savable> batch = dirty.drain();
    dirty.changed(a, FAST);
    clock.advance(ofMillis(10));
    assertThat(dirty.hasReady()).isFalse();
    assertThat(dirty.size()).isEqualTo(1);
    dirty.release(batch);
    assertThat(drained()).containsExactly(a);
  }

  @Test
  @DisplayName("S3: a state that is on its way and ready again can be paused and settled")
  void whatIsReadyAgainCanBeTakenOut() {
    dirty.changed(a, COMMITTED);
    dirty.changed(b, COMMITTED);
    List<Savable> batch = dirty.drain();
    dirty.changed(a, COMMITTED);
    dirty.changed(b, COMMITTED);
    dirty.pause(a, ofMillis(50));
    dirty.settling(b);
    assertThat(dirty.size()).isEqualTo(2);
    dirty.release(batch);
    assertThat(dirty.ready()).isZero();
    dirty.settled(b, false);
    assertThat(drained()).containsExactly(b);
    clock.advance(ofMillis(50));
    assertThat(drained()).containsExactly(a);
  }

  @Test
  @DisplayName("S3: what is given back goes first, in its order and once")
  void givesBackInOrder() {
    CountedState c = new CountedState("c");
    dirty.changed(a, COMMITTED);
    dirty.changed(b, COMMITTED);
    List<Savable> batch = dirty.drain();
    dirty.changed(c, COMMITTED);
    dirty.changed(b, COMMITTED);
    dirty.changed(a, SLOW);
    dirty.giveBack(batch);
    assertThat(dirty.size()).isEqualTo(3);
    assertThat(drained()).containsExactly(a, b, c);
    clock.advance(ofSeconds(2));
    assertThat(dirty.size()).isZero();
  }

  @Test
  @DisplayName("S3: what is prepared ahead is taken up to the first suspect, and as many as fit")
  void suspectsAreNotTakenAhead() {
    CountedState c = new CountedState("c");
    c.suspect(16);
    List.of(a, b, c).forEach(state -> dirty.changed(state, COMMITTED));
    assertThat(dirty.drainAhead(1)).containsExactly(a);
    assertThat(dirty.drainAhead(9)).containsExactly(b);
    assertThat(dirty.drainAhead(9)).isEmpty();
    assertThat(dirty.drain()).containsExactly(c);
  }

  @Test
  @DisplayName("H38: the timer is for the state whose time comes first")
  void theEarliestTimeCounts() {
    dirty.changed(a, SLOW);
    dirty.changed(b, FAST);
    assertThat(clock.timers()).as("one, for the first").isEqualTo(1);
    clock.advance(ofMillis(9));
    assertThat(dirty.hasReady()).isFalse();
    clock.advance(ofMillis(1));
    assertThat(drained()).containsExactly(b);
    clock.advance(ofMillis(89));
    assertThat(dirty.hasReady()).isFalse();
    clock.advance(ofMillis(1));
    assertThat(drained()).containsExactly(a);
  }

  @Test
  @DisplayName("S3: no call keeps the lock: each is made by a thread of its own")
  void noCallKeepsTheLock() {
    Elsewhere.run(() -> dirty.changed(a, COMMITTED));
    Elsewhere.run(() -> dirty.hurry(b));
    Elsewhere.run(() -> assertThat(dirty.hasReady()).isTrue());
    Elsewhere.run(() -> assertThat(dirty.isBusy()).isTrue());
    Elsewhere.run(() -> assertThat(dirty.all()).containsExactly(a, b));
    Elsewhere.run(() -> assertThat(dirty.size()).isEqualTo(2));
    Elsewhere.run(() -> assertThat(drained()).containsExactly(a, b));
    Elsewhere.run(() -> dirty.putBack(List.of(b)));
    Elsewhere.run(() -> assertThat(dirty.drainAhead(1)).containsExactly(b));
    Elsewhere.run(() -> dirty.giveBack(List.of(b)));
    Elsewhere.run(() -> dirty.settling(b));
    Elsewhere.run(() -> dirty.settled(b, false));
    Elsewhere.run(() -> dirty.pause(a, ofMillis(50)));
    Elsewhere.run(() -> clock.advance(ofMillis(50)));
    Elsewhere.run(dirty::hurryAll);
    Elsewhere.run(() -> assertThat(dirty.isHurried()).isTrue());
    Elsewhere.run(() -> assertThat(drained()).containsExactlyInAnyOrder(a, b));
  }
}
