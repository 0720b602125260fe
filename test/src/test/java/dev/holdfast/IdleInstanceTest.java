package dev.holdfast;

import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an instance that does nothing still has in memory. */
final class IdleInstanceTest {

  private static final ActionId ID = ActionId.parse("", "client.1");

  @AutoClose private final Rig rig = new Rig();
  private final StateModule<Box> boxes = Rig.boxes(SavePolicy.committed());

  @Test
  @DisplayName("A6: ids are remembered for ten minutes, and then forgotten without another action")
  void idsRunOutWhereNothingHappens() {
    var app = rig.open(rig.here().modules(boxes).passivateAfter(Duration.ofDays(1)));
    var ref = app.ref(boxes, "a");
    ref.withActionId("client.1").dispatch("increment");
    Instance<Box> instance = ((KeyRef<Box>) ref).target();
    rig.clock.advance(ofMinutes(9));
    assertThat(instance.lookBack(ID)).isEqualTo(ActionIds.Known.APPLIED);
    rig.clock.advance(ofMinutes(2));
    assertThat(instance.lookBack(ID)).isEqualTo(ActionIds.Known.NEW);
    assertThat(instance.isGone()).isFalse();
  }

  @Test
  @DisplayName("a handle that is used again finds the instance of its key when that has come back")
  void aHandleFindsTheInstanceThatHasComeBack() {
    var ref = rig.inline(boxes).ref(boxes, "a");
    for (int count = 1; count <= 3; count++) {
      assertThat(ref.dispatch("increment").count()).isEqualTo(count);
    }
    Instance<Box> before = ((KeyRef<Box>) ref).target();
    rig.clock.advance(ofMinutes(5));
    assertThat(before.isGone()).isTrue();
    assertThat(ref.dispatch("increment").count()).isEqualTo(4);
    assertThat(((KeyRef<Box>) ref).target()).isNotSameAs(before);
  }
}
