package dev.holdfast;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Turns that begin, run and are answered where they are asked for. */
final class ShortTurnTest {

  @AutoClose private final Rig rig = new Rig();
  private final StateModule<Box> boxes =
      Rig.boxes(SavePolicy.writeBehind(ofMillis(50), ofMillis(500)));
  private final List<Boolean> idleWhenTold = new ArrayList<>();
  private Runnable onSchedule = () -> {};

  /** The saver sets its timer when it hears of the first change. */
  private final class NotingTime implements TimeSource {
    @Override
    public Instant instant() {
      return rig.clock.instant();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      onSchedule.run();
      return rig.clock.schedule(delay, task);
    }

    @Override
    public Deadline deadline(Duration within) {
      return rig.clock.deadline(within);
    }
  }

  @Test
  @DisplayName(
      "S6: an instance is busy until the saver knows of the change; a close waits for that")
  void aTurnIsNotOverBeforeTheSaverKnowsOfIt() {
    var ref = rig.open(rig.here().clock(new NotingTime()).modules(boxes)).ref(boxes, "a");
    ref.state();
    Instance<Box> instance = ((KeyRef<Box>) ref).target();
    onSchedule = () -> idleWhenTold.add(instance.isIdle());
    ref.dispatch("increment");
    ref.dispatch("increment");
    assertThat(idleWhenTold).isNotEmpty().containsOnly(false);
    assertThat(instance.isIdle()).isTrue();
  }

  @Test
  @DisplayName("A3: an action that waits for no commit is shown when it returns, and told once")
  void whatReturnsIsShownAndTold() {
    var ref = rig.inline(boxes).ref(boxes, "a");
    var seen = new ArrayList<Integer>();
    try (Subscription following = ref.subscribe(box -> seen.add(box.count()))) {
      assertThat(following).isNotNull();
      assertThat(ref.dispatch("increment").count()).isEqualTo(1);
      assertThat(ref.state().count()).isEqualTo(1);
      ref.dispatch("nothing");
      ref.dispatch("increment");
    }
    assertThat(seen).containsExactly(1, 2);
  }
}
