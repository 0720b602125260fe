package dev.holdfast.model;

import dev.holdfast.StateModule;
import dev.holdfast.model.SeededScheduler.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What happens in a world, drawn from a seed. */
record History(Plan plan, List<Command> commands) {

  /** How often a world is made again in which another thread had a hand. */
  private static final int MAX_AGAIN = 3;

  private static final List<String> ACTIONS =
      List.of(
          "add",
          "add",
          "add",
          "slowly",
          "relay",
          "relayAsync",
          "relayTwice",
          "relayAndBreak",
          "break",
          "note",
          "nothing");

  private static final List<String> PLAIN =
      List.of("add", "add", "add", "add", "slowly", "break", "note", "nothing");

  private static final Set<String> RELAYING =
      Stream.of(Modules.MINE, Modules.ROOM, Modules.DESK, Modules.CART)
          .map(StateModule::name)
          .collect(Collectors.toSet());

  static History draw(long seed, int length) {
    Random random = new Random(seed);
    Plan plan =
        new Plan(
            random.nextLong(),
            drawn(random, List.of(Order.values())),
            random.nextInt(3) == 0 ? 2 : 1,
            1 + random.nextInt(4),
            1 + random.nextInt(3),
            random.nextInt(3) > 0);
    int trouble = random.nextInt(3) * 6;
    List<Command> commands = new ArrayList<>();
    while (commands.size() < length) {
      commands.add(command(random, trouble, plan));
    }
    return new History(plan, List.copyOf(commands));
  }

  /**
   * Lets it happen. A world in which a thread of the JVM's own had a hand in the order (it wakes
   * who had to wait for a class to be initialised, say) shows nothing, and is made again.
   */
  World.Outcome run() {
    World.Outcome outcome = new World(plan).run(commands);
    for (int again = 0; outcome.isDisturbed() && again < MAX_AGAIN; again++) {
      outcome = new World(plan).run(commands);
    }
    return outcome;
  }

  private static <T> T drawn(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static int pump(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> random.nextInt(100);
      default -> random.nextInt(12);
    };
  }

  private static Command command(Random random, int trouble, Plan plan) {
    if (plan.wide() && random.nextInt(6) == 0) {
      return wideCommand(random);
    }
    int client = random.nextInt(4);
    int slot = random.nextInt(2);
    int arg = random.nextInt(24);
    int pump = pump(random);
    int drawn = random.nextInt(100 + trouble);
    if (drawn < 12) {
      return new Command.Connect(client, slot, pump);
    } else if (drawn < 46) {
      return act(random, plan, client, arg, pump);
    } else if (drawn < 56) {
      return new Command.Login(client, arg, pump);
    } else if (drawn < 60) {
      return new Command.Logout(client, pump);
    } else if (drawn < 66) {
      return new Command.Look(client, name(random, plan), arg, pump);
    } else if (drawn < 70) {
      return new Command.Resend(client, pump);
    } else if (drawn < 73) {
      return new Command.Disconnect(client, pump);
    } else if (drawn < 74) {
      return new Command.Reload(client, pump);
    } else if (drawn < 76) {
      return new Command.Crash(slot, random.nextBoolean(), pump);
    } else if (drawn < 79) {
      return new Command.Start(slot, pump);
    } else if (drawn < 80) {
      return random.nextInt(3) == 0 ? new Command.Close(slot, pump) : settleOrEndure(random, pump);
    } else if (drawn < 82) {
      return new Command.Erase(slot, name(random, plan), arg, pump);
    } else if (drawn < 84) {
      return new Command.Ghost(pump);
    } else if (drawn < 94) {
      return new Command.Wait(wait(random, plan), pump);
    } else {
      return new Command.Break(slot, drawn(random, List.of(Command.Fault.values())), arg, pump);
    }
  }

  private static Command wideCommand(Random random) {
    int client = random.nextInt(4);
    int arg = random.nextInt(24);
    int pump = pump(random);
    return switch (random.nextInt(20)) {
      case 0, 1, 2, 3, 4 -> new Command.Adopt(client, arg, pump);
      case 5, 6, 7 -> new Command.Part(client, pump);
      case 8, 9, 10, 11, 12, 13, 14 -> new Command.Visit(client, arg, pump);
      case 15, 16, 17 -> new Command.Shut(arg, pump);
      case 18 -> new Command.Damage(drawn(random, List.of("Ward", "Room")), arg, pump);
      default -> new Command.Mend(pump);
    };
  }

  private static Command settleOrEndure(Random random, int pump) {
    return random.nextInt(4) == 0 ? new Command.Endure(pump) : new Command.Settle(pump);
  }

  private static Command act(Random random, Plan plan, int client, int arg, int pump) {
    String module = name(random, plan);
    boolean relays = RELAYING.contains(module);
    List<String> actions = relays ? ACTIONS : PLAIN;
    return new Command.Act(client, module, drawn(random, actions), arg, pump);
  }

  private static String name(Random random, Plan plan) {
    return drawn(random, plan.modules()).name();
  }

  private static long wait(Random random, Plan plan) {
    return switch (random.nextInt(8)) {
      case 0 -> 61_000;
      case 1 -> 11_000 + random.nextInt(30_000);
      case 2 -> random.nextInt(10) == 0 ? 11 * 60_000 : 6_000;
      case 3 -> plan.wide() ? 100_000 + random.nextInt(100_000) : random.nextInt(700);
      default -> random.nextInt(700);
    };
  }
}
