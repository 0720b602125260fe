package dev.holdfast.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All goes well for a while: everything is answered, saved and shown to whom it is for. */
final class Peace {

  private final World world;
  private final Judge judge;
  private final Runtimes runtimes;
  private final Browsers browsers;

  Peace(World world, Runtimes runtimes, Browsers browsers) {
    this.world = world;
    this.judge = world.judge;
    this.runtimes = runtimes;
    this.browsers = browsers;
  }

  void settle() {
    world.slots.forEach(runtimes::start);
    world.slots.forEach(slot -> slot.link().heal());
    for (int i = 0; i < 600; i++) {
      runtimes.untilIdle();
      runtimes.reap();
      world.slots.forEach(runtimes::start);
      if (judge.verdict() != null) {
        return;
      }
      if (i > 12 && isQuiet()) {
        world.slots.forEach(slot -> slot.troubled = false);
        judge.settled();
        world.clients.forEach(client -> client.keptItsSession(world.clock.instant()));
        world.clients.forEach(browsers::lookRound);
        return;
      }
      world.clock.advance(Duration.ofMillis(500));
    }
    judge.wrong("A7", "after five minutes of peace " + unrest());
  }

  /** Every action is answered in time, also by a store that never does (law A7). */
  void endure() {
    Duration step = Duration.ofSeconds(5);
    for (Duration left = Duration.ofHours(1); left.isPositive(); left = left.minus(step)) {
      runtimes.untilIdle();
      runtimes.reap();
      if (world.slots.stream().allMatch(slot -> !slot.isUp() || slot.open() == 0)) {
        return;
      }
      world.clock.advance(step);
    }
    judge.wrong("A7", "an hour has passed without an answer, " + unrest());
  }

  /** Closes a runtime when nothing is wrong, and starts another one. */
  void close(Slot slot) {
    if (!slot.isUp()) {
      return;
    }
    settle();
    if (judge.verdict() != null) {
      return;
    }
    runtimes.shut(slot);
    for (int i = 0; i < 30 && !slot.closed; i++) {
      runtimes.untilIdle();
      world.clock.advance(Duration.ofMillis(100));
    }
    judge.settled();
    runtimes.reap();
    if (slot.isUp()) {
      judge.wrong("S6", "close does not end in peace");
    }
    runtimes.start(slot);
  }

  private static boolean isQuiet(Slot slot) {
    return slot.open() == 0
        && slot.link().isIdle()
        && slot.app().isHealthy()
        && slot.closing() == null;
  }

  private boolean isQuiet() {
    return world.slots.stream().allMatch(Peace::isQuiet)
        && world.clients.stream()
            .map(client -> client.wire)
            .allMatch(wire -> wire == null || wire.serial.isIdle());
  }

  private String unrest() {
    List<Object> found = new ArrayList<>();
    for (Slot slot : world.slots) {
      if (slot.isUp() && !isQuiet(slot)) {
        found.add(
            "slot %d: %d open, store idle %s, healthy %s, closing %s"
                .formatted(
                    slot.number,
                    slot.open(),
                    slot.link().isIdle(),
                    slot.app().isHealthy(),
                    slot.closing()));
      }
    }
    for (Client client : world.clients) {
      if (client.wire != null && !client.wire.serial.isIdle()) {
        found.add(client + " is being served");
      }
    }
    judge.all().stream().filter(Op::isOpen).forEach(found::add);
    return "these are not answered: " + found;
  }

  /** Ends the world. */
  void finish() {
    settle();
    stay();
    forsake();
    for (Slot slot : world.slots) {
      if (judge.verdict() == null) {
        close(slot);
      }
    }
    if (judge.verdict() == null) {
      world.clients.forEach(client -> browsers.connect(client, world.slots.getFirst()));
      settle();
    }
  }

  /** With two runtimes nobody says when a record expires. */
  private void stay() {
    if (!world.plan.wide() || world.slots.size() > 1 || judge.verdict() != null) {
      return;
    }
    Stay stay = new Stay(world, runtimes, browsers);
    stay.begin();
    stay.throughTrouble();
    settle();
    stay.inPeace();
  }

  /** Nobody is anywhere for so long that what may expire does. */
  private void forsake() {
    if (!world.plan.wide() || judge.verdict() != null) {
      return;
    }
    world.clients.forEach(browsers::disconnect);
    Duration step = Duration.ofSeconds(10);
    Duration all = Modules.HALL_LIFE.plusMinutes(2);
    for (Duration left = all; left.isPositive(); left = left.minus(step)) {
      runtimes.untilIdle();
      world.clock.advance(step);
    }
    runtimes.untilIdle();
    judge.forsaken();
    world.clients.forEach(client -> browsers.connect(client, world.slots.getFirst()));
    settle();
  }
}
