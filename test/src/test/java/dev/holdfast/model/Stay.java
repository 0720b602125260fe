package dev.holdfast.model;

import dev.holdfast.model.Command.Fault;
import dev.holdfast.store.StateKey;
import java.time.Duration;

/**
 * A client stays in a hall for longer than its record is kept, and the record must not go: at first
 * while nothing can be saved, so that no visit can be noted there; then in peace, after which it is
 * kept for a while (law E1). Chance alone hardly ever lets so much time pass in this order.
 */
final class Stay {

  private static final Duration STEP = Duration.ofSeconds(10);
  private static final Duration LONG = Modules.HALL_LIFE.plusMinutes(1);

  private final World world;
  private final Runtimes runtimes;
  private final Browsers browsers;
  private final Client guest;
  private final Slot slot;

  Stay(World world, Runtimes runtimes, Browsers browsers) {
    this.world = world;
    this.runtimes = runtimes;
    this.browsers = browsers;
    this.guest = world.clients.getFirst();
    this.slot = world.slots.getFirst();
  }

  /** Nobody else is there. */
  void begin() {
    world.clients.forEach(browsers::disconnect);
    runtimes.untilIdle();
    browsers.connect(guest, slot);
    runtimes.untilIdle();
    toggle();
    browsers.act(guest, new Command.Act(guest.number, Modules.HALL.name(), "add", 0, 0));
    runtimes.untilIdle();
  }

  /** The record's time is up, as far as the disk knows. */
  void throughTrouble() {
    runtimes.worsen(slot, new Command.Break(slot.number, Fault.HANG_WRITES, 0, 0));
    pass(LONG);
  }

  /** Leaves in the end. */
  void inPeace() {
    toggle();
    toggle();
    pass(Modules.HALL_LIFE.dividedBy(5));
    for (Duration left = LONG; left.isPositive(); left = left.minus(STEP)) {
      pass(STEP);
      world.judge.isHere(StateKey.keyed(Modules.HALL.name(), world.plan.room(0)));
    }
    toggle();
    pass(Landings.LEAST_STAY);
  }

  /** Comes to the hall, or leaves it. */
  private void toggle() {
    browsers.visit(guest, world.plan.room(0));
    runtimes.untilIdle();
  }

  private void pass(Duration time) {
    for (Duration left = time; left.isPositive(); left = left.minus(STEP)) {
      world.clock.advance(STEP);
      runtimes.untilIdle();
    }
  }
}
