package dev.holdfast.model;

import dev.holdfast.LoadException;
import dev.holdfast.OutcomeUnknownException;
import dev.holdfast.Session;
import dev.holdfast.SessionConnection;
import dev.holdfast.StateModule;
import dev.holdfast.StateRef;
import dev.holdfast.Subscription;
import dev.holdfast.model.Book.Add;
import dev.holdfast.model.Book.Login;
import dev.holdfast.model.Book.Note;
import dev.holdfast.model.Client.Wire;
import dev.holdfast.store.StateKey;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What clients do. */
final class Browsers {

  static final int MAX_RECORD = 32 << 10;

  private static final int MAX_UNANSWERED = 30;

  private final World world;
  private final Judge judge;

  Browsers(World world) {
    this.world = world;
    this.judge = world.judge;
  }

  // Coming and going

  void connect(Client client, Slot slot) {
    if (client.wire != null || !slot.isUp()) {
      return;
    }
    Wire wire = new Wire(slot);
    client.wire = wire;
    wire.serial.execute(world.guarded("connect", () -> connected(client, wire)));
  }

  private void connected(Client client, Wire wire) {
    String shown = client.token;
    boolean known = client.durable; // What is acknowledged from here on may come too late.
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
      if (known && world.clock.instant().isBefore(client.created.plus(World.TTL))) {
        judge.wrong("N2", client + " lost its session before its time");
      }
      client.begins(connection.token(), connection.session().id(), world.clock.instant());
      judge.began(connection.session().id(), client);
    } else if (isOver(client)) {
      judge.wrong("N2", client + " was given a session that had run out");
    }
    wire.connection = connection;
    subscribe(client, wire, Modules.MINE);
    subscribe(client, wire, Modules.SHARED);
    subscribe(client, wire, Modules.DESK);
    if (world.plan.wide()) {
      subscribe(client, wire, Modules.CART);
    }
  }

  private boolean isOver(Client client) {
    return client.alive.isAfter(client.created)
        && !client.alive.plus(World.TTL).isAfter(world.clock.instant());
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

  /** A client comes to a hall, or leaves it. */
  void visit(Client client, String hall) {
    Wire wire = client.wire;
    if (!world.plan.wide() || wire == null || wire.connection == null) {
      return;
    }
    wire.serial.execute(
        world.guarded(
            "visit",
            () -> {
              Subscription before = wire.halls.remove(hall);
              if (before == null) {
                come(client, wire, hall);
              } else {
                leave(wire, StateKey.keyed(Modules.HALL.name(), hall));
                before.close();
              }
            }));
  }

  private void come(Client client, Wire wire, String hall) {
    StateKey key = StateKey.keyed(Modules.HALL.name(), hall);
    Subscription[] mine = new Subscription[1];
    mine[0] =
        ref(wire, Modules.HALL, hall)
            .subscribe(
                book -> {
                  if (wire.dropped) {
                    return;
                  }
                  judge.shown(wire.slot.number, client, Modules.HALL, hall, book);
                  if (mine[0] != null && mine[0].equals(wire.halls.get(hall))) {
                    wire.present.putIfAbsent(key, world.clock.instant());
                  }
                });
    wire.halls.put(hall, mine[0]);
  }

  private void leave(Wire wire, StateKey key) {
    Instant came = wire.present.remove(key);
    if (came != null) {
      judge.left(key, came);
    }
  }

  private static Session session(Wire wire) {
    return Objects.requireNonNull(wire.connection).session();
  }

  void disconnect(Client client) {
    Wire wire = client.wire;
    if (wire == null) {
      return;
    }
    client.wire = null;
    wire.dropped = true;
    client.alive = world.clock.instant();
    List.copyOf(wire.present.keySet()).forEach(key -> leave(wire, key));
    wire.serial.execute(
        world.guarded(
            "disconnect",
            () -> {
              wire.subscriptions.forEach(Subscription::close);
              wire.halls.values().forEach(Subscription::close);
              if (wire.connection != null) {
                wire.connection.close();
                client.alive = world.clock.instant();
              }
            }));
  }

  // Acting

  private static String sender(Client client) {
    return client.session == null ? "nobody" : client.session;
  }

  void act(Client client, Command.Act act) {
    if (!isReady(client)) {
      return;
    }
    StateModule<Book> module =
        world.plan.modules().stream()
            .filter(each -> each.name().equals(act.module()))
            .findFirst()
            .orElseThrow();
    String room = Modules.isById(module) ? world.plan.room(act.arg()) : null;
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

  void login(Client client, StateModule<Book> module, String user) {
    if (isReady(client)) {
      int ticket = judge.nextTicket();
      switchTo(client, module, "login", ticket, new Login(ticket, user));
    }
  }

  void logout(Client client, StateModule<Book> module) {
    if (isReady(client)) {
      int ticket = judge.nextTicket();
      switchTo(client, module, "logout", ticket, new Add(ticket, sender(client)));
    }
  }

  private void switchTo(
      Client client, StateModule<Book> module, String action, int ticket, Object payload) {
    if (!world.plan.modules().contains(module)) {
      return;
    }
    Op op = op(client, Op.Kind.SWITCHES, module, action, ticket, payload, null);
    client.unanswered.add(op);
    send(client, op);
  }

  private void send(Client client, Op op) {
    Wire wire = Objects.requireNonNull(client.wire);
    if (op.attempts++ == 0) {
      judge.sent(op);
      op.wire = wire;
    }
    if (op.kind == Op.Kind.SWITCHES) {
      client.who(op.module.name()).switching(op);
    }
    wire.serial.execute(world.guarded("send " + op, () -> received(client, wire, op)));
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

  void resend(Client client) {
    if (client.wire != null && client.wire.connection != null) {
      List.copyOf(client.unanswered).forEach(op -> send(client, op));
    }
  }

  // Looking

  void look(Client client, StateModule<Book> module, String arg) {
    Wire wire = client.wire;
    if (wire == null || wire.connection == null) {
      return;
    }
    String room = Modules.isById(module) ? arg : null;
    world.in(
        wire.slot,
        "look",
        () -> {
          Book book = ref(wire, module, room).state();
          if (!wire.dropped) {
            judge.shown(wire.slot.number, client, module, room, book);
          }
        });
  }

  /** What a client sees in peace. */
  void lookRound(Client client) {
    List<StateModule<Book>> modules =
        world.plan.modules().stream()
            .filter(each -> !Modules.isById(each) && !each.equals(Modules.BEHIND))
            .toList();
    modules.forEach(module -> look(client, module, ""));
    Wire wire = client.wire;
    if (wire != null && wire.connection != null && world.slots.size() == 1) {
      modules.stream().filter(Modules::isNamed).forEach(module -> lookWho(client, wire, module));
    }
    world.scheduler.untilIdle();
  }

  private void lookWho(Client client, Wire wire, StateModule<Book> module) {
    boolean open =
        client.unanswered.stream()
            .anyMatch(op -> op.kind == Op.Kind.SWITCHES && op.module.equals(module));
    world.in(
        wire.slot,
        "look round",
        () -> {
          Book book = session(wire).ref(module).state();
          if (!open) {
            client.who(module.name()).settled(book.owner());
          }
        });
  }
}
