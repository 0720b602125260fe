package dev.holdfast.model;

import dev.holdfast.HoldfastException;
import dev.holdfast.StateModule;
import dev.holdfast.store.StateKey;
import dev.holdfast.test.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runtimes over one disk, their clients, and a clock; what happens there is told to a judge. */
final class World {

  static final Duration TTL = Duration.ofMinutes(10);

  final Plan plan;
  final Random random;
  final SeededScheduler scheduler;
  final ManualClock clock = new ManualClock();
  final WatchedStore disk = new WatchedStore();
  final Judge judge;
  final List<Slot> slots = new ArrayList<>();
  final List<Client> clients = new ArrayList<>();
  private final @Nullable Path folder;
  private final Runtimes runtimes;
  private final Browsers browsers;
  private final Peace peace;

  World(Plan plan) {
    this.plan = plan;
    this.random = new Random(plan.seed());
    this.scheduler = new SeededScheduler(new Random(random.nextLong()), plan.order());
    this.judge = new Judge(plan.slots(), clock, disk);
    disk.watchedBy(judge);
    this.folder = plan.wide() ? folder() : null;
    this.runtimes = new Runtimes(this);
    this.browsers = new Browsers(this);
    this.peace = new Peace(this, runtimes, browsers);
    Chance.begin(new Random(random.nextLong()), this::expires);
    for (int i = 0; i < plan.slots(); i++) {
      slots.add(new Slot(i, folder == null ? null : folder.resolve("rescue" + i)));
      runtimes.start(slots.get(i));
    }
    for (int i = 0; i < plan.clients(); i++) {
      clients.add(new Client(i));
    }
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("holdfast-model");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What became of it. */
  record Outcome(@Nullable String verdict, int at, long trace, long scheduled) {
    private static final String DISTURBED = "another thread had a hand in the order: ";

    /** Whether it says nothing, because it was not the seed's order. */
    boolean isDisturbed() {
      return verdict != null && verdict.contains(DISTURBED);
    }
  }

  /** Lets the commands happen, one after the other, and ends the world in peace. */
  Outcome run(List<Command> commands) {
    try {
      int at = 0;
      for (Command command : commands) {
        apply(command);
        if (command.pump() < 0) {
          runtimes.untilIdle();
        } else {
          scheduler.steps(command.pump());
        }
        runtimes.reap();
        if (judge.verdict() != null) {
          break;
        }
        at++;
      }
      if (judge.verdict() == null) {
        peace.finish();
      }
      String by = scheduler.disturbedBy();
      if (by != null) {
        judge.wrong("unexpected", Outcome.DISTURBED + by);
      }
      return new Outcome(judge.verdict(), at, scheduler.trace(), scheduler.stepsTaken());
    } finally {
      tidy();
    }
  }

  private void tidy() {
    if (folder == null) {
      return;
    }
    try (Stream<Path> left = Files.list(folder)) {
      for (Path file : left.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void apply(Command command) {
    switch (command) {
      case Command.Connect c -> browsers.connect(client(c.client()), slot(c.slot()));
      case Command.Disconnect c -> browsers.disconnect(client(c.client()));
      case Command.Reload c -> {
        browsers.disconnect(client(c.client()));
        client(c.client()).reload();
      }
      case Command.Act c -> browsers.act(client(c.client()), c);
      case Command.Login c -> browsers.login(client(c.client()), Modules.DESK, plan.user(c.user()));
      case Command.Logout c -> browsers.logout(client(c.client()), Modules.DESK);
      case Command.Adopt c -> browsers.login(client(c.client()), Modules.CART, plan.user(c.user()));
      case Command.Part c -> browsers.logout(client(c.client()), Modules.CART);
      case Command.Visit c -> browsers.visit(client(c.client()), plan.room(c.hall()));
      case Command.Look c ->
          browsers.look(client(c.client()), module(c.module()), plan.room(c.arg()));
      case Command.Resend c -> browsers.resend(client(c.client()));
      case Command.Crash c -> runtimes.crash(slot(c.slot()), c.restart());
      case Command.Start c -> runtimes.start(slot(c.slot()));
      case Command.Close c -> peace.close(slot(c.slot()));
      case Command.Shut c -> runtimes.shut(slot(c.slot()));
      case Command.Damage c -> runtimes.damage(key(c.module(), c.arg()), c.arg());
      case Command.Mend c -> disk.mend();
      case Command.Erase c -> runtimes.erase(slot(c.slot()), key(c.module(), c.arg()));
      case Command.Break c -> runtimes.worsen(slot(c.slot()), c);
      case Command.Ghost c -> runtimes.ghost();
      case Command.Wait c -> await(Duration.ofMillis(c.millis()));
      case Command.Endure c -> peace.endure();
      case Command.Settle c -> peace.settle();
    }
  }

  Client client(int number) {
    return clients.get(number % clients.size());
  }

  private Slot slot(int number) {
    return slots.get(number % slots.size());
  }

  private static StateModule<Book> module(String name) {
    return Modules.ALL.stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
  }

  private StateKey key(String name, int arg) {
    StateModule<Book> module = module(name);
    if (module.equals(Modules.SHARED)) {
      return StateKey.global(name);
    }
    if (module.equals(Modules.DESK) || (module.equals(Modules.CART) && arg % 4 > 0)) {
      return StateKey.keyed(name, plan.user(arg));
    }
    if (Modules.isById(module)) {
      return StateKey.keyed(name, plan.room(arg));
    }
    String session = client(arg).session;
    return StateKey.session(name, session == null ? "nobody" : session);
  }

  /** Lets time pass: in one go, as on a machine that stands still, or with others at work. */
  void await(Duration time) {
    if (slots.size() == 1) {
      clock.advance(time);
      return;
    }
    Duration step = Duration.ofSeconds(20); // Else a session runs out whose client is here.
    for (Duration left = time; left.isPositive(); left = left.minus(step)) {
      clock.advance(left.compareTo(step) < 0 ? left : step);
      scheduler.steps(300);
    }
  }

  private void expires(StateKey key) {
    Map<Client, Instant> present = new HashMap<>();
    for (Client client : clients) {
      Instant since = client.wire == null ? null : client.wire.present.get(key);
      if (since != null) {
        present.put(client, since);
      }
    }
    judge.expires(key, present);
  }

  /** Runs something in a runtime's process, and notes what it throws. */
  void in(Slot slot, String what, Runnable task) {
    slot.process().execute(guarded(what, task));
  }

  Runnable guarded(String what, Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (HoldfastException e) {
        // It is refused, as the store or the end of a session may have it.
      } catch (RuntimeException | Error e) {
        judge.unexpected(what, e);
      }
    };
  }
}
