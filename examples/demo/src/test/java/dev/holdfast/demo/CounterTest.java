package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ActionFailedException;
import dev.holdfast.Holdfast;
import dev.holdfast.StateModule;
import dev.holdfast.StateRef;
import dev.holdfast.demo.Counter.Increment;
import dev.holdfast.store.StateStore;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class CounterTest {

  private final StateModule<Counter> module = Counter.module();
  @AutoClose private final Holdfast app = Holdfast.open(StateStore.inMemory(), module);
  private final StateRef<Counter> counter = app.session("s-1").ref(module);

  @Test
  void countsByOneWithoutPayload() {
    counter.dispatch("increment");
    assertThat(counter.dispatch("increment")).isEqualTo(new Counter(2));
  }

  @Test
  void countsByWhatThePayloadSays() {
    assertThat(counter.dispatch("increment", new Increment(5))).isEqualTo(new Counter(5));
    assertThat(counter.dispatch("increment", new Increment(-2))).isEqualTo(new Counter(3));
  }

  @Test
  void countsByOneWhereThePayloadLeavesItOut() {
    assertThat(counter.dispatch("increment", new Increment(null))).isEqualTo(new Counter(1));
  }

  @Test
  void eachSessionHasItsOwn() {
    counter.dispatch("increment");
    assertThat(app.session("s-2").ref(module).state()).isEqualTo(new Counter(0));
  }

  @Test
  void overflowIsRefusedAndChangesNothing() {
    counter.dispatch("increment", new Increment(Integer.MAX_VALUE));
    assertThatThrownBy(() -> counter.dispatch("increment"))
        .isInstanceOf(ActionFailedException.class);
    assertThat(counter.state().count()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void isSentAsOneNumber() {
    assertThat(module.toJson(new Counter(3))).asString().isEqualTo("{\"count\":3}");
  }
}
