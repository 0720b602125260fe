package dev.holdfast.model;

import dev.holdfast.Holdfast;
import dev.holdfast.LoadException;
import dev.holdfast.OutcomeUnknownException;
import dev.holdfast.UnsavedChangesException;
import dev.holdfast.model.Chain.Place;
import dev.holdfast.save.SaveListener;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.test.FaultyStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;

/** Comings and goings of runtimes, and what goes wrong with their stores. */
final class Runtimes {

  static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private static final int MAX_RECORD = Browsers.MAX_RECORD;

  private final World world;
  private final Judge judge;
  private final ArrayDeque<Ghost> ghosts = new ArrayDeque<>();

  /** A write on its way whose process is dead, and since when. */
  private record Ghost(WriteBatch batch, Instant since) {}

  Runtimes(World world) {
    this.world = world;
    this.judge = world.judge;
  }

  void start(Slot slot) {
    if (slot.isUp()) {
      return;
    }
    Machine process =
        new Machine(world.scheduler, world.clock, "slot " + slot.number, judge::wrong);
    Link link = new Link(world.disk, process);
    judge.opened(slot.number);
    Holdfast.Builder builder =
        Holdfast.builder(link)
            .modules(List.copyOf(world.plan.modules()))
            .clock(process)
            .executor(process)
            .random(new Random(world.random.nextLong()))
            .listener(new Conflicts())
            .sessionTtl(World.TTL)
            .passivateAfter(world.plan.passivateAfter())
            .maxInstances(world.plan.maxInstances())
            .maxRecordBytes(MAX_RECORD)
            .closeTimeout(CLOSE_TIMEOUT);
    if (slot.rescue != null) {
      builder.rescueFile(slot.rescue);
    }
    slot.up(process, link, builder.open());
  }

  /** Where another writer was first. */
  private final class Conflicts implements SaveListener {
    @Override
    public void onConflict(StateKey key, Revision actual) {
      judge.conflict(key);
    }

    @Override
    public void onKeptAside(StateKey key, Path file, String reason) {
      judge.conflict(key);
    }
  }

  void crash(Slot slot, boolean restart) {
    if (slot.isUp()) {
      judge.crashed(slot.number);
      down(slot);
    }
    if (restart) {
      start(slot);
    }
  }

  /** The process ends where it stands. */
  private void down(Slot slot) {
    Instant now = world.clock.instant();
    slot.down().forEach(batch -> ghosts.add(new Ghost(batch, now)));
    for (Client client : world.clients) {
      if (client.wire != null && client.wire.slot.equals(slot)) {
        client.wire.dropped = true;
        client.wire = null;
        client.alive = world.clock.instant();
      }
    }
  }

  /** Begins to close a runtime, whatever is wrong. */
  void shut(Slot slot) {
    if (!slot.isUp() || slot.closing() != null) {
      return;
    }
    Holdfast app = slot.app();
    slot.closes(world.clock.instant());
    judge.closing();
    world.in(
        slot,
        "close",
        () -> {
          slot.closes(world.clock.instant());
          try {
            app.close();
          } catch (UnsavedChangesException e) {
            boolean rescued = e.rescueFile().isPresent();
            if (!rescued && slot.rescue != null) {
              judge.wrong("S6", "close did not save %s, nor rescue it".formatted(e.keys()));
            }
          }
          slot.closed = true;
        });
  }

  /** Ends the processes whose runtimes are closed. */
  void reap() {
    for (Slot slot : world.slots) {
      if (slot.isUp() && slot.closed) {
        world.scheduler.untilIdle();
        if (slot.open() > 0) {
          world.await(Duration.ofSeconds(6)); // A load may still be under way.
          world.scheduler.untilIdle();
        }
        if (slot.open() > 0) {
          List<Op> open = judge.all().stream().filter(Op::isOpen).toList();
          judge.wrong("S6", "%d of %s not answered at the close".formatted(slot.open(), open));
        }
        judge.closed(slot.number);
        down(slot);
      }
    }
  }

  /** Lets everything come to rest, and looks what has to be so then. */
  void untilIdle() {
    world.scheduler.untilIdle();
    for (Slot slot : world.slots) {
      if (slot.isUp()) {
        atRest(slot);
      }
    }
  }

  private void atRest(Slot slot) {
    Instant closing = slot.closing();
    if (closing != null) {
      if (slot.closesTooLong(world.clock.instant())) {
        judge.wrong("S6", "close began at %s, and does not end".formatted(closing));
      }
    } else if (!slot.troubled && slot.link().isIdle() && slot.app().isHealthy()) {
      judge.atRest(slot.number);
    }
  }

  /** All processes die, and a record is damaged. */
  void damage(StateKey key, int how) {
    world.slots.forEach(slot -> crash(slot, false));
    ghosts.clear();
    world.clock.advance(Duration.ofMillis(1)); // What was written before is older (see Damages).
    if (world.disk.damage(key, how)) {
      judge.damaged(key);
    }
    world.slots.forEach(this::start);
  }

  /** A write that was on its way when its process died lands, while tombstones are kept. */
  void ghost() {
    Ghost ghost = ghosts.poll();
    if (ghost != null && ghost.since.plus(Ledger.MEMORY).isAfter(world.clock.instant())) {
      judge.ghost(ghost.batch);
      world.disk.write(ghost.batch);
    }
  }

  void erase(Slot slot, StateKey key) {
    if (!slot.isUp()) {
      return;
    }
    Holdfast app = slot.app();
    Place least = judge.erasing(key);
    world.in(
        slot,
        "erase",
        () -> {
          try {
            app.erase(key);
            judge.erased(slot.number, key, least);
          } catch (OutcomeUnknownException | LoadException e) {
            // It stays to be done, or was not begun.
          }
        });
  }

  void worsen(Slot slot, Command.Break how) {
    if (!slot.isUp()) {
      return;
    }
    slot.troubled = true;
    judge.trouble();
    FaultyStateStore faults = slot.link().faults();
    switch (how.fault()) {
      case FAIL_LOADS -> faults.loading().failNext(1 + how.arg() % 4);
      case FAIL_WRITES -> faults.writing().failNext(1 + how.arg() % 4);
      case HANG_LOADS -> faults.loading().hang();
      case HANG_WRITES -> faults.writing().hang();
      case RELEASE -> {
        faults.loading().release();
        faults.writing().release();
      }
      case LOSE_REPLIES -> faults.loseNextReplies(1 + how.arg() % 4);
      case REJECT -> reject(faults, how.arg());
      case SLOW -> slot.link().slow(Duration.ofMillis(1L << how.arg() % 14));
      case HEAL -> slot.link().heal();
    }
  }

  private void reject(FaultyStateStore faults, int arg) {
    StateKey desk = StateKey.keyed(Modules.DESK.name(), world.plan.user(arg));
    faults.reject(desk, "a test says so");
    // A log-in in doubt takes its session along; if it is rejected then, nothing is there.
    world.clients.forEach(client -> client.erased(desk));
    faults.reject(StateKey.keyed(Modules.ROOM.name(), world.plan.room(arg)), "a test says so");
  }
}
