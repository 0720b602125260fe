package dev.holdfast.model;

import dev.holdfast.model.SeededScheduler.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What happens in a world, drawn from a seed. */
record History(Plan plan, List<Command> commands) {

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

  static History draw(long seed, int length) {
    Random random = new Random(seed);
    Plan plan =
        new Plan(
            random.nextLong(),
            drawn(random, List.of(Order.values())),
            random.nextInt(3) == 0 ? 2 : 1,
            1 + random.nextInt(4),
            1 + random.nextInt(3));
    int trouble = random.nextInt(3) * 6;
    List<Command> commands = new ArrayList<>();
    while (commands.size() < length) {
      commands.add(command(random, trouble));
    }
    return new History(plan, List.copyOf(commands));
  }

  World.Outcome run() {
    return new World(plan).run(commands);
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

  private static Command command(Random random, int trouble) {
    int client = random.nextInt(4);
    int slot = random.nextInt(2);
    int arg = random.nextInt(24);
    int pump = pump(random);
    int drawn = random.nextInt(100 + trouble);
    if (drawn < 12) {
      return new Command.Connect(client, slot, pump);
    } else if (drawn < 46) {
      return act(random, client, arg, pump);
    } else if (drawn < 56) {
      return new Command.Login(client, arg, pump);
    } else if (drawn < 60) {
      return new Command.Logout(client, pump);
    } else if (drawn < 66) {
      return new Command.Look(client, name(random), arg, pump);
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
      return new Command.Erase(slot, name(random), arg, pump);
    } else if (drawn < 84) {
      return new Command.Ghost(pump);
    } else if (drawn < 94) {
      return new Command.Wait(wait(random), pump);
    } else {
      return new Command.Break(slot, drawn(random, List.of(Command.Fault.values())), arg, pump);
    }
  }

  private static Command settleOrEndure(Random random, int pump) {
    return random.nextInt(4) == 0 ? new Command.Endure(pump) : new Command.Settle(pump);
  }

  private static Command act(Random random, int client, int arg, int pump) {
    String module = name(random);
    boolean relays = !module.equals(Modules.SHARED.name()) && !module.equals(Modules.BEHIND.name());
    List<String> actions = relays ? ACTIONS : PLAIN;
    return new Command.Act(client, module, drawn(random, actions), arg, pump);
  }

  private static String name(Random random) {
    return drawn(random, Modules.ALL).name();
  }

  private static long wait(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> 61_000;
      case 1 -> 11_000 + random.nextInt(30_000);
      case 2 -> random.nextInt(10) == 0 ? 11 * 60_000 : 6_000;
      default -> random.nextInt(700);
    };
  }
}
