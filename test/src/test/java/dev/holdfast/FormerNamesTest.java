package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A module that got another name: its records, bindings and action ids go along (law R5). */
class FormerNamesTest {

  record Cart(@Nullable String owner, List<String> items) {
    Cart with(String item) {
      List<String> more = new java.util.ArrayList<>(items);
      more.add(item);
      return new Cart(owner, more);
    }
  }

  private static final Cart EMPTY = new Cart(null, List.of());
  private static final StateKey OLD = StateKey.keyed("Basket", "c");
  private static final StateKey NEW = StateKey.keyed("Cart", "c");

  private static StateModule<Cart> module(
      String name, KeyStrategy<Cart> strategy, String... former) {
    return StateModule.define(name, EMPTY)
        .persist(strategy, p -> List.of(former).forEach(p::formerly))
        .reduce("add", String.class, Cart::with)
        .reduce("login", String.class, (cart, user) -> new Cart(user, cart.items()))
        .reduce("logout", cart -> EMPTY)
        .build();
  }

  private final StateModule<Cart> carts = module("Cart", KeyStrategy.byId(), "Basket", "Trolley");

  private static @Nullable StateRecord plain(Lab lab, StateKey key) {
    return lab.store.load(key).orElse(null);
  }

  @Test
  @DisplayName("R5, R6: a record under the old name is found, and moved with the first write")
  void recordIsFoundAndMovedWithTheFirstWrite() {
    try (Lab lab = Lab.inline(carts)) {
      StateRecord old = lab.plant(OLD, "{\"items\":[\"a\"]}");
      assertThat(lab.app.ref(carts, "c").state().items()).containsExactly("a");
      assertThat(lab.record(OLD)).isEqualTo(old);
      assertThat(plain(lab, NEW)).isNull();

      lab.app.ref(carts, "c").dispatch("add", "b");

      assertThat(lab.text(NEW)).contains("[\"a\",\"b\"]");
      assertThat(lab.record(OLD)).isNull();
      lab.restart();
      assertThat(lab.app.ref(carts, "c").state().items()).containsExactly("a", "b");
    }
  }

  @Test
  void theLatestOfSeveralNamesIsTheOne() {
    try (Lab lab = Lab.inline(carts)) {
      StateKey older = StateKey.keyed("Trolley", "c");
      lab.plant(older, "{\"items\":[\"oldest\"]}");
      lab.plant(OLD, "{\"items\":[\"old\"]}");
      lab.app.ref(carts, "c").dispatch("add", "b");
      assertThat(lab.text(NEW)).contains("[\"old\",\"b\"]");
      assertThat(lab.record(OLD)).isNull();
      assertThat(lab.record(older)).isNull();
    }
  }

  @Test
  @DisplayName("S5: an erase covers the old name, whether or not the record was loaded before")
  void eraseCoversTheOldName() {
    for (boolean loaded : new boolean[] {true, false}) {
      try (Lab lab = Lab.inline(carts)) {
        lab.plant(OLD, "{\"items\":[\"a\"]}");
        if (loaded) {
          lab.app.ref(carts, "c").state();
        }
        lab.app.erase(NEW);
        assertThat(lab.record(OLD)).isNull();
        assertThat(lab.app.ref(carts, "c").state()).isEqualTo(EMPTY);
        lab.clock.advance(Duration.ofHours(1));
        lab.restart();
        assertThat(plain(lab, NEW)).as("the tombstone was swept").isNull();
        assertThat(lab.app.ref(carts, "c").state()).isEqualTo(EMPTY);
      }
    }
  }

  @Test
  @DisplayName(
      "S5: what is left under an old name beside a record or a tombstone is not brought back")
  void leftoverIsNotBroughtBack() {
    try (Lab lab = Lab.inline(carts)) {
      lab.app.ref(carts, "c").dispatch("add", "new");
      lab.plant(OLD, "{\"items\":[\"stale\"]}");
      lab.restart();
      assertThat(lab.app.ref(carts, "c").dispatch("add", "b").items()).containsExactly("new", "b");
      assertThat(lab.record(OLD)).isNull();

      lab.app.erase(NEW);
      lab.plant(OLD, "{\"items\":[\"stale\"]}");
      lab.restart();
      assertThat(lab.app.ref(carts, "c").state()).isEqualTo(EMPTY);
    }
  }

  @Test
  @DisplayName("S1: a move whose write fails, or whose reply is lost, loses nothing")
  void failedMoveLosesNothing() {
    try (Lab lab = Lab.inline(carts)) {
      lab.plant(OLD, "{\"items\":[\"a\"]}");
      lab.store.writing().failNext(1);
      var added = lab.app.ref(carts, "c").dispatchAsync("add", "b");
      assertThat(lab.record(OLD)).isNotNull();
      lab.store.loseNextReplies(1);
      lab.clock.advance(Duration.ofSeconds(10));
      assertThat(added).isCompleted();
      assertThat(lab.text(NEW)).contains("[\"a\",\"b\"]");
      assertThat(lab.record(OLD)).isNull();
      assertThat(lab.app.ref(carts, "c").dispatch("add", "c").items())
          .containsExactly("a", "b", "c");
    }
  }

  @Test
  @DisplayName("N2: a session is still logged in after its module got another name")
  void sessionsFindTheirKeyUnderTheOldName() {
    StateModule<Cart> before = module("Basket", KeyStrategy.withKey(Cart::owner));
    StateModule<Cart> after = module("Cart", KeyStrategy.withKey(Cart::owner), "Basket");
    try (Lab lab = Lab.inline(before)) {
      String token;
      try (SessionConnection link = lab.app.sessions().connect(null)) {
        token = link.token();
        link.session().ref(before).withActionId("tab.1").dispatch("login", "ann");
        link.session().ref(before).dispatch("add", "a");
      }
      lab.app.close();
      try (Holdfast app =
          Holdfast.builder(lab.store)
              .clock(lab.clock)
              .executor(Runnable::run)
              .modules(after)
              .open()) {
        try (SessionConnection link = app.sessions().connect(token)) {
          StateRef<Cart> cart = link.session().ref(after);
          assertThat(cart.state()).isEqualTo(new Cart("ann", List.of("a")));
          assertThat(cart.withActionId("tab.1").dispatch("login", "ann").items())
              .as("A6: the log-in sent again is not run again")
              .containsExactly("a");
          assertThat(cart.dispatch("logout")).isEqualTo(EMPTY);
        }
        try (SessionConnection link = app.sessions().connect(token)) {
          assertThat(link.session().ref(after).state()).isEqualTo(EMPTY);
        }
      }
      lab.app = lab.open();
    }
  }

  @Test
  @DisplayName("K1: two modules cannot claim one name, present or former")
  void twoModulesCannotClaimOneName() {
    StateModule<Cart> other = module("Other", KeyStrategy.byId(), "Trolley");
    StateModule<Cart> basket = module("Basket", KeyStrategy.byId());
    assertThatThrownBy(() -> Lab.inline(carts, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Trolley");
    assertThatThrownBy(() -> Lab.inline(basket, carts))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was formerly Basket");
    assertThatThrownBy(() -> module("Cart", KeyStrategy.byId(), "Cart", "$sessions"))
        .hasMessageContaining("formerly \"Cart\" is its present name")
        .hasMessageContaining("\"$sessions\" was never the name of a module");
  }
}
