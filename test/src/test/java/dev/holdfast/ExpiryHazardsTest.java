package dev.holdfast;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Rig.Box;
import dev.holdfast.test.ManualClock;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record whose time seems to be up, and is not: law E1. */
class ExpiryHazardsTest {

  @AutoClose private final Rig rig = new Rig();
  private Runnable during = () -> {};
  private final StateModule<Box> silent = boxes().build();
  private final StateModule<Box> hooked = boxes().onExpire(ctx -> during.run()).build();

  private static StateModule.Builder<Box> boxes() {
    return Rig.boxes().persist(KeyStrategy.byId(), p -> p.expireAfter(ofHours(10)));
  }

  @Test
  @DisplayName("E1 S4 an expiry gives way to what another runtime has stored meanwhile")
  void expiryGivesWayToAnotherWriter() {
    var app = rig.inline(silent);
    app.ref(silent, "a").dispatch("increment");
    during =
        () -> {
          during = () -> {};
          app.ref(silent, "a").dispatch("increment");
        };
    rig.clock.advance(ofHours(9));
    ManualClock ahead = new ManualClock();
    ahead.advance(ofHours(9).plusMinutes(61));
    var other =
        rig.open(Holdfast.builder(rig.store).clock(ahead).executor(Runnable::run).modules(hooked));
    assertThat(other.ref(hooked, "a").state().count()).isEqualTo(2);
    assertThat(rig.hasRecord("a")).isTrue();
    assertThat(app.ref(silent, "a").dispatch("increment").count()).isEqualTo(3);
  }

  @Test
  @DisplayName("E1 a touch that the store rejects is tried again, and holds nothing in memory")
  void rejectedTouchIsTriedAgain() {
    var app = rig.inline(silent);
    app.ref(silent, "a").dispatch("increment");
    var subscription = app.ref(silent, "a").subscribe(b -> {});
    rig.store.reject(Rig.key("a"), "for a while");
    rig.clock.advance(ofHours(2));
    rig.store.accept(Rig.key("a"));
    rig.clock.advance(ofHours(2));
    subscription.close();
    rig.clock.advance(ofHours(7));
    assertThat(rig.hasRecord("a")).isTrue();
    rig.clock.advance(ofHours(4));
    assertThat(rig.hasRecord("a")).isFalse();
    assertThat(app.instances()).isZero();
  }

  @Test
  @DisplayName("E1 S6 a rescued change prolongs its record's life before that is swept away")
  void rescuedChangeIsInTime(@TempDir Path folder) {
    Path file = folder.resolve("rescue");
    var app = rig.open(rig.here().modules(silent).rescueFile(file));
    app.ref(silent, "a").dispatch("increment");
    rig.clock.advance(ofHours(9));
    rig.store.writing().fail();
    var second = app.ref(silent, "a").dispatchAsync("increment");
    assertThatThrownBy(app::close).isInstanceOf(UnsavedChangesException.class);
    assertThat(second).isCompletedExceptionally();
    rig.clock.advance(ofHours(2));
    var next = rig.open(rig.here().modules(silent).rescueFile(file));
    rig.store.writing().recover();
    rig.clock.advance(ofMinutes(10));
    assertThat(next.ref(silent, "a").state().count()).isEqualTo(2);
  }
}
