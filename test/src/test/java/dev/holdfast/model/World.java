package dev.holdfast.model;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.LoadException;
import dev.holdfast.OutcomeUnknownException;
import dev.holdfast.Session;
import dev.holdfast.SessionConnection;
import dev.holdfast.StateModule;
import dev.holdfast.StateRef;
import dev.holdfast.UnsavedChangesException;
import dev.holdfast.model.Book.Add;
import dev.holdfast.model.Book.Note;
import dev.holdfast.model.Client.Wire;
import dev.holdfast.save.SaveListener;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.test.FaultyStateStore;
import dev.holdfast.test.ManualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Runtimes over one disk, their clients, and a clock; what happens there is told to a judge. */
final class World {

  static final Duration TTL = Duration.ofMinutes(10);

  private static final int MAX_RECORD = 32 << 10;
  private static final int MAX_UNANSWERED = 30;

  private final Plan plan;
  private final Random random;
  private final SeededScheduler scheduler;
  private final ManualClock clock = new ManualClock();
  private final Judge judge;
  private final WatchedStore disk;
  private final List<Slot> slots = new ArrayList<>();
  private final List<Client> clients = new ArrayList<>();
  private final ArrayDeque<WriteBatch> ghosts = new ArrayDeque<>();

  World(Plan plan) {
    this.plan = plan;
    this.random = new Random(plan.seed());
    this.scheduler = new SeededScheduler(new Random(random.nextLong()), plan.order());
    this.judge = new Judge(plan.slots(), clock);
    this.disk = new WatchedStore(judge::landed);
    Chance.begin(new Random(random.nextLong()));
    for (int i = 0; i < plan.slots(); i++) {
      slots.add(new Slot(i));
      start(slots.get(i));
    }
    for (int i = 0; i < plan.clients(); i++) {
      clients.add(new Client(i));
    }
  }

  /** What became of it. */
  record Outcome(@Nullable String verdict, int at, long trace, long scheduled) {}

  /** Lets the commands happen, one after the other, and ends the world in peace. */
  Outcome run(List<Command> commands) {
    int at = 0;
    for (Command command : commands) {
      apply(command);
      if (command.pump() < 0) {
        scheduler.untilIdle();
      } else {
        scheduler.steps(command.pump());
      }
      if (judge.verdict() != null) {
        break;
      }
      at++;
    }
    if (judge.verdict() == null) {
      finish();
    }
    if (scheduler.isDisturbed()) {
      judge.wrong("unexpected", "another thread had a hand in the order");
    }
    return new Outcome(judge.verdict(), at, scheduler.trace(), scheduler.stepsTaken());
  }

  private void apply(Command command) {
    switch (command) {
      case Command.Connect c -> connect(client(c.client()), slot(c.slot()));
      case Command.Disconnect c -> disconnect(client(c.client()));
      case Command.Reload c -> {
        disconnect(client(c.client()));
        client(c.client()).reload();
      }
      case Command.Act c -> act(client(c.client()), c);
      case Command.Login c -> {
        String user = plan.user(c.user());
        switchTo(client(c.client()), "login", new Book.Login(judge.nextTicket(), user));
      }
      case Command.Logout c -> {
        Client client = client(c.client());
        switchTo(client, "logout", new Add(judge.nextTicket(), sender(client)));
      }
      case Command.Look c -> look(client(c.client()), module(c.module()), plan.room(c.arg()));
      case Command.Resend c -> resend(client(c.client()));
      case Command.Crash c -> crash(slot(c.slot()), c.restart());
      case Command.Start c -> start(slot(c.slot()));
      case Command.Close c -> close(slot(c.slot()));
      case Command.Erase c -> erase(slot(c.slot()), key(c));
      case Command.Break c -> damage(slot(c.slot()), c);
      case Command.Ghost c -> {
        if (!ghosts.isEmpty()) {
          disk.write(ghosts.remove());
        }
      }
      case Command.Wait c -> await(Duration.ofMillis(c.millis()));
      case Command.Endure c -> endure();
      case Command.Settle c -> settle();
    }
  }

  private Client client(int number) {
    return clients.get(number % clients.size());
  }

  private Slot slot(int number) {
    return slots.get(number % slots.size());
  }

  private static StateModule<Book> module(String name) {
    return Modules.ALL.stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
  }

  private StateKey key(Command.Erase erase) {
    StateModule<Book> module = module(erase.module());
    if (module.equals(Modules.SHARED)) {
      return StateKey.global(module.name());
    }
    if (module.equals(Modules.DESK)) {
      return StateKey.keyed(module.name(), plan.user(erase.arg()));
    }
    if (module.equals(Modules.ROOM)) {
      return StateKey.keyed(module.name(), plan.room(erase.arg()));
    }
    String session = client(erase.arg()).session;
    return StateKey.session(module.name(), session == null ? "nobody" : session);
  }

  /** Lets time pass: in one go, as on a machine that stands still, or with others at work. */
  private void await(Duration time) {
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

  // Runtimes

  private void start(Slot slot) {
    if (slot.isUp()) {
      return;
    }
    Machine process = new Machine(scheduler, clock, "slot " + slot.number);
    Link link = new Link(disk, process);
    judge.opened(slot.number);
    slot.up(
        process,
        link,
        Holdfast.builder(link)
            .modules(List.copyOf(Modules.ALL))
            .clock(process)
            .executor(process)
            .random(new Random(random.nextLong()))
            .listener(
                new SaveListener() {
                  @Override
                  public void onConflict(StateKey key, Revision actual) {
                    judge.conflict(key);
                  }
                })
            .sessionTtl(TTL)
            .passivateAfter(plan.passivateAfter())
            .maxInstances(plan.maxInstances())
            .maxRecordBytes(MAX_RECORD)
            .closeTimeout(Duration.ofSeconds(2))
            .open());
  }

  private void crash(Slot slot, boolean restart) {
    if (slot.isUp()) {
      ghosts.addAll(slot.down());
      judge.crashed(slot.number);
      for (Client client : clients) {
        if (client.wire != null && client.wire.slot.equals(slot)) {
          client.wire.dropped = true;
          client.wire = null;
          client.alive = clock.instant();
        }
      }
    }
    if (restart) {
      start(slot);
    }
  }

  private void close(Slot slot) {
    if (!slot.isUp()) {
      return;
    }
    settle();
    if (judge.verdict() != null) {
      return;
    }
    Holdfast app = slot.app();
    boolean[] over = new boolean[1];
    in(
        slot,
        "close",
        () -> {
          try {
            app.close();
          } catch (UnsavedChangesException e) {
            judge.wrong("S6", "close left something unsaved in peace: " + e.getMessage());
          }
          over[0] = true;
        });
    // Only close waits for other threads, in the machine's own time: all else is at rest by now.
    if (!scheduler.untilOthers(() -> over[0] || judge.verdict() != null)) {
      judge.wrong("S6", "close did not end");
    }
    judge.settled();
    crash(slot, true);
  }

  private void erase(Slot slot, StateKey key) {
    if (!slot.isUp()) {
      return;
    }
    Holdfast app = slot.app();
    judge.erasing(key);
    in(
        slot,
        "erase",
        () -> {
          try {
            app.erase(key);
            judge.erased(slot.number, key);
          } catch (OutcomeUnknownException | LoadException e) {
            // It stays to be done, or was not begun.
          }
        });
  }

  private void damage(Slot slot, Command.Break how) {
    if (!slot.isUp()) {
      return;
    }
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
      case REJECT -> {
        StateKey desk = StateKey.keyed(Modules.DESK.name(), plan.user(how.arg()));
        faults.reject(desk, "a test says so");
        // A log-in in doubt takes its session along; if it is rejected then, nothing is there.
        clients.forEach(client -> client.erased(desk));
        faults.reject(StateKey.keyed(Modules.ROOM.name(), plan.room(how.arg())), "a test says so");
      }
      case SLOW -> slot.link().slow(Duration.ofMillis(1L << how.arg() % 14));
      case HEAL -> slot.link().heal();
    }
  }

  /** Runs something in a runtime's process, and notes what it throws. */
  private void in(Slot slot, String what, Runnable task) {
    slot.process().execute(guarded(what, task));
  }

  private Runnable guarded(String what, Runnable task) {
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

  // Clients

  private void connect(Client client, Slot slot) {
    if (client.wire != null || !slot.isUp()) {
      return;
    }
    Wire wire = new Wire(slot);
    client.wire = wire;
    wire.serial.execute(guarded("connect", () -> connected(client, wire)));
  }

  private void connected(Client client, Wire wire) {
    String shown = client.token;
    SessionConnection connection;
    try {
      connection = wire.slot.app().sessions().connect(shown);
    } catch (LoadException e) {
      wire.dropped = true;
      if (wire.equals(client.wire)) {
        client.wire = null;
      }
      return;
    }
    if (!wire.equals(client.wire)) {
      connection.close();
      return;
    }
    boolean sameAsBefore = connection.session().id().equals(client.session);
    if (connection.isNew() == sameAsBefore) {
      judge.wrong("N1", client + " was given a session that is neither new nor its own");
    }
    if (connection.isNew()) {
      if (client.durable && clock.instant().isBefore(client.created.plus(TTL))) {
        judge.wrong("N2", client + " lost its session before its time");
      }
      client.begins(connection.token(), connection.session().id(), clock.instant());
      judge.began(connection.session().id(), client);
    } else if (isOver(client)) {
      judge.wrong("N2", client + " was given a session that had run out");
    }
    wire.connection = connection;
    subscribe(client, wire, Modules.MINE);
    subscribe(client, wire, Modules.SHARED);
    subscribe(client, wire, Modules.DESK);
  }

  private boolean isOver(Client client) {
    return client.alive.isAfter(client.created) && !client.alive.plus(TTL).isAfter(clock.instant());
  }

  private void subscribe(Client client, Wire wire, StateModule<Book> module) {
    StateRef<Book> ref = session(wire).ref(module);
    wire.subscriptions.add(
        ref.subscribe(
            book -> {
              if (!wire.dropped) {
                judge.shown(wire.slot.number, client, module, null, book);
              }
            }));
  }

  private static Session session(Wire wire) {
    return Objects.requireNonNull(wire.connection).session();
  }

  private void disconnect(Client client) {
    Wire wire = client.wire;
    if (wire == null) {
      return;
    }
    client.wire = null;
    wire.dropped = true;
    client.alive = clock.instant();
    wire.serial.execute(
        guarded(
            "disconnect",
            () -> {
              wire.subscriptions.forEach(each -> each.close());
              if (wire.connection != null) {
                wire.connection.close();
                client.alive = clock.instant();
              }
            }));
  }

  private static String sender(Client client) {
    return client.session == null ? "nobody" : client.session;
  }

  private void act(Client client, Command.Act act) {
    if (!isReady(client)) {
      return;
    }
    StateModule<Book> module = module(act.module());
    String room = module.equals(Modules.ROOM) ? plan.room(act.arg()) : null;
    int ticket = judge.nextTicket();
    Object payload =
        act.action().equals("note")
            ? new Note(
                ticket, "~" + sender(client) + "#" + "x".repeat(noteLength(module, act.arg())))
            : new Add(ticket, sender(client));
    Op op = op(client, kind(act.action()), module, act.action(), ticket, payload, room);
    if (op.relays()) {
      Add nested = Modules.nested((Add) payload);
      judge.nextTicket();
      op.nested =
          new Op(
              nested.ticket(),
              Op.Kind.ADDS,
              Modules.SHARED,
              "add",
              nested,
              null,
              sender(client),
              op.id,
              op);
      judge.asked(op.nested);
    }
    client.unanswered.add(op);
    send(client, op);
  }

  private static int noteLength(StateModule<Book> module, int arg) {
    return arg % 8 == 0 && !module.equals(Modules.BEHIND) ? MAX_RECORD : arg % 8;
  }

  private static Op.Kind kind(String action) {
    return switch (action) {
      case "add", "slowly" -> Op.Kind.ADDS;
      case "relay", "relayAsync", "relayTwice" -> Op.Kind.RELAYS;
      case "relayAndBreak" -> Op.Kind.RELAYS_AND_BREAKS;
      case "break" -> Op.Kind.BREAKS;
      default -> Op.Kind.OTHER;
    };
  }

  private boolean isReady(Client client) {
    return client.wire != null
        && client.wire.connection != null
        && client.unanswered.size() < MAX_UNANSWERED;
  }

  private Op op(
      Client client,
      Op.Kind kind,
      StateModule<Book> module,
      String action,
      int ticket,
      Object payload,
      @Nullable String room) {
    Op op =
        new Op(ticket, kind, module, action, payload, room, sender(client), client.nextId(), null);
    judge.asked(op);
    return op;
  }

  private void switchTo(Client client, String action, Object payload) {
    if (!isReady(client)) {
      return;
    }
    int ticket = payload instanceof Book.Login login ? login.ticket() : ((Add) payload).ticket();
    Op op = op(client, Op.Kind.SWITCHES, Modules.DESK, action, ticket, payload, null);
    client.unanswered.add(op);
    send(client, op);
  }

  private void send(Client client, Op op) {
    Wire wire = Objects.requireNonNull(client.wire);
    if (op.attempts++ == 0) {
      op.firstSent = clock.instant();
      op.wire = wire;
    }
    if (op.kind == Op.Kind.SWITCHES) {
      client.switching(op);
    }
    wire.serial.execute(guarded("send " + op, () -> received(client, wire, op)));
  }

  private void received(Client client, Wire wire, Op op) {
    if (wire.connection == null) {
      return; // The connection never came about.
    }
    StateRef<Book> ref = ref(wire, op.module, op.room).withActionId(op.id);
    wire.slot.received();
    CompletableFuture<?> answer = ref.dispatchAsync(op.action, op.payload);
    var unused =
        answer.whenComplete((book, error) -> answered(client, wire, op, (Object) book, error));
  }

  private void answered(
      Client client, Wire wire, Op op, @Nullable Object book, @Nullable Throwable error) {
    wire.slot.answered();
    if (error == null && !(book instanceof Book)) {
      judge.wrong("R1", op + " was answered with " + book);
      return;
    }
    judge.answered(op, wire.slot.number, client, (Book) book, error);
    boolean own = op.session.equals(client.session);
    client.durable |= own && error == null && !op.module.equals(Modules.BEHIND);
    if (!wire.dropped && !(error instanceof OutcomeUnknownException)) {
      client.unanswered.remove(op);
    }
  }

  private static StateRef<Book> ref(Wire wire, StateModule<Book> module, @Nullable String room) {
    return room == null ? session(wire).ref(module) : session(wire).ref(module, room);
  }

  private void resend(Client client) {
    if (client.wire != null && client.wire.connection != null) {
      List.copyOf(client.unanswered).forEach(op -> send(client, op));
    }
  }

  private void look(Client client, StateModule<Book> module, String arg) {
    Wire wire = client.wire;
    if (wire == null || wire.connection == null) {
      return;
    }
    String room = module.equals(Modules.ROOM) ? arg : null;
    in(
        wire.slot,
        "look",
        () -> {
          Book book = ref(wire, module, room).state();
          if (!wire.dropped) {
            judge.shown(wire.slot.number, client, module, room, book);
          }
        });
  }

  // Peace

  private void settle() {
    slots.forEach(this::start);
    slots.forEach(slot -> slot.link().heal());
    for (int i = 0; i < 600; i++) {
      scheduler.untilIdle();
      if (judge.verdict() != null) {
        return;
      }
      if (i > 12 && isQuiet()) {
        judge.settled();
        clients.forEach(this::lookRound);
        return;
      }
      clock.advance(Duration.ofMillis(500));
    }
    judge.wrong("A7", "after five minutes of peace " + unrest());
  }

  /** Every action is answered in time, also by a store that never does (law A7). */
  private void endure() {
    Duration step = Duration.ofSeconds(5);
    for (Duration left = Duration.ofHours(1); left.isPositive(); left = left.minus(step)) {
      scheduler.untilIdle();
      if (slots.stream().allMatch(slot -> !slot.isUp() || slot.open() == 0)) {
        return;
      }
      clock.advance(step);
    }
    judge.wrong("A7", "an hour has passed without an answer, " + unrest());
  }

  private static boolean isQuiet(Slot slot) {
    return slot.open() == 0 && slot.link().isIdle() && slot.app().isHealthy();
  }

  private boolean isQuiet() {
    return slots.stream().allMatch(World::isQuiet)
        && clients.stream()
            .map(client -> client.wire)
            .allMatch(wire -> wire == null || wire.serial.isIdle());
  }

  private String unrest() {
    List<Object> found = new ArrayList<>();
    for (Slot slot : slots) {
      if (slot.isUp() && !isQuiet(slot)) {
        found.add(
            "slot %d: %d open, store idle %s, healthy %s"
                .formatted(slot.number, slot.open(), slot.link().isIdle(), slot.app().isHealthy()));
      }
    }
    for (Client client : clients) {
      if (client.wire != null && !client.wire.serial.isIdle()) {
        found.add(client + " is being served");
      }
    }
    judge.all().stream().filter(Op::isOpen).forEach(found::add);
    return "these are not answered: " + found;
  }

  /** What a client sees in peace. */
  private void lookRound(Client client) {
    for (StateModule<Book> module : List.of(Modules.MINE, Modules.SHARED, Modules.DESK)) {
      look(client, module, "");
    }
    Wire wire = client.wire;
    if (wire != null && wire.connection != null && slots.size() == 1) {
      boolean open = client.unanswered.stream().anyMatch(op -> op.kind == Op.Kind.SWITCHES);
      in(
          wire.slot,
          "look round",
          () -> {
            Book desk = session(wire).ref(Modules.DESK).state();
            if (!open) {
              client.settled(desk.owner());
            }
          });
    }
    scheduler.untilIdle();
  }

  private void finish() {
    settle();
    if (judge.verdict() != null) {
      return;
    }
    for (Slot slot : slots) {
      close(slot);
    }
    if (judge.verdict() == null) {
      clients.forEach(client -> connect(client, slots.getFirst()));
      settle();
    }
  }
}
