package dev.holdfast.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.KeyStrategy;
import dev.holdfast.Session;
import dev.holdfast.StateModule;
import dev.holdfast.test.HoldfastExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

// begin
final class CartTest {

  record Cart(List<String> items) {
    Cart plus(String item) {
      List<String> more = new ArrayList<>(items);
      more.add(item);
      return new Cart(more);
    }
  }

  static final StateModule<Cart> CART =
      StateModule.define("Cart", new Cart(List.of()))
          .persist(KeyStrategy.session())
          .reduce("add", String.class, Cart::plus)
          .build();

  @RegisterExtension final HoldfastExtension holdfast = HoldfastExtension.with(CART);

  @Test
  void aCartSurvivesACrash() {
    holdfast.session("alice").ref(CART).dispatch("add", "tea");
    holdfast.crash();
    assertThat(holdfast.session("alice").ref(CART).state().items()).containsExactly("tea");
    holdfast.record(CART, "alice").hasRevision(1).hasJson("{items: ['tea']}");
  }

  @Test
  void whoOnlyLooksLeavesNoRecord() {
    Session bob = holdfast.session("bob");
    assertThat(bob.ref(CART).state().items()).isEmpty();
    holdfast.restart();
    holdfast.record(CART, "bob").isAbsent();
  }

  @Test
  void nothingIsAnsweredBeforeItIsStored() {
    holdfast.store().writing().failNext(1);
    var added = holdfast.session("alice").ref(CART).dispatchAsync("add", "tea");
    assertThat(added).isNotDone();
    holdfast.record(CART, "alice").isAbsent();
    holdfast.clock().advance(Duration.ofSeconds(1)); // The saver tries again.
    assertThat(added).isCompleted();
    holdfast.record(CART, "alice").hasJson("{items: ['tea']}");
  }
}
// end
