package dev.holdfast.model;

import dev.holdfast.ActionContext;
import dev.holdfast.ErrorDecision;
import dev.holdfast.KeyStrategy;
import dev.holdfast.Session;
import dev.holdfast.StateModule;
import dev.holdfast.StateRef;
import dev.holdfast.Unreadable;
import dev.holdfast.model.Book.Add;
import dev.holdfast.model.Book.Entry;
import dev.holdfast.model.Book.Login;
import dev.holdfast.model.Book.Note;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The modules that all worlds have, one of each kind. */
final class Modules {

  static final Duration DEBOUNCE = Duration.ofMillis(50);
  static final Duration MAX_WAIT = Duration.ofMillis(500);

  /** What a handler throws when it is told to. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  static final StateModule<Book> SHARED = common("Shared").persist(KeyStrategy.global()).build();

  static final StateModule<Book> MINE =
      relaying(common("Mine"))
          .onError((ctx, e) -> e instanceof Flaky ? ErrorDecision.RETRY : ErrorDecision.RETHROW)
          .persist(KeyStrategy.session())
          .build();

  static final StateModule<Book> ROOM =
      relaying(common("Room")).admit((session, id) -> true).persist(KeyStrategy.byId()).build();

  static final StateModule<Book> DESK =
      relaying(common("Desk"))
          .reduce("login", Login.class, (book, login) -> Chance.pause(book.loggedIn(login)))
          .reduce("logout", Add.class, (book, add) -> Chance.pause(book.owned(null)))
          .persist(
              KeyStrategy.withKey(
                  book -> {
                    Chance.pause(book);
                    return book.owner();
                  }))
          .build();

  static final StateModule<Book> BEHIND =
      common("Behind")
          .persist(KeyStrategy.session(), p -> p.save(SavePolicy.writeBehind(DEBOUNCE, MAX_WAIT)))
          .build();

  /** How long a hall's record is kept. */
  static final Duration HALL_LIFE = Duration.ofMinutes(3);

  /** A guest's state is kept, and comes along at the log-in. */
  static final StateModule<Book> CART =
      relaying(common("Cart"))
          .reduce("login", Login.class, (book, login) -> Chance.pause(book.loggedIn(login)))
          .reduce("logout", Add.class, (book, add) -> Chance.pause(book.owned(null)))
          .persist(
              KeyStrategy.withKey(book -> Chance.pause(book).owner(), KeyStrategy.session()),
              p -> p.onAdopt(Modules::adopted))
          .build();

  /** Its records expire, and its hooks change them. */
  static final StateModule<Book> HALL =
      common("Hall")
          .admit((session, id) -> true)
          .onCreated((ctx, restore) -> ctx.update(book -> hooked(book, "created", ctx)))
          .onActivated((ctx, restore) -> ctx.update(book -> hooked(book, "activated", ctx)))
          .onAttach((ctx, session) -> ctx.update(book -> hooked(book, "attach", ctx)))
          .onDetach((ctx, session) -> ctx.update(book -> hooked(book, "detach", ctx)))
          .onPassivated(ctx -> ctx.update(book -> hooked(book, "passivated", ctx)))
          .onExpire(
              ctx -> {
                Chance.expires(StateKey.keyed("Hall", ctx.id()));
                ctx.update(book -> hooked(book, "expired", ctx));
                if (Chance.one(4)) {
                  throw new Broken();
                }
              })
          .persist(KeyStrategy.byId(), p -> p.expireAfter(HALL_LIFE))
          .build();

  /** Its records are put aside when they cannot be read. */
  static final StateModule<Book> WARD =
      common("Ward")
          .admit((session, id) -> true)
          .persist(KeyStrategy.byId(), p -> p.onUnreadable(Unreadable.QUARANTINE))
          .build();

  /** What the first worlds had. */
  static final List<StateModule<Book>> FEW = List.of(SHARED, MINE, ROOM, DESK, BEHIND);

  static final List<StateModule<Book>> ALL =
      List.of(SHARED, MINE, ROOM, DESK, BEHIND, CART, HALL, WARD);

  private Modules() {}

  /** Whether clients name an instance. */
  static boolean isById(StateModule<?> module) {
    return module.equals(ROOM) || module.equals(HALL) || module.equals(WARD);
  }

  /** Whether a module's state names its key. */
  static boolean isNamed(StateModule<?> module) {
    return module.equals(DESK) || module.equals(CART);
  }

  static boolean isNamed(StateKey key) {
    return key.module().equals(DESK.name()) || isCart(key);
  }

  static boolean isCart(StateKey key) {
    return key.module().equals(CART.name());
  }

  static boolean isHall(StateKey key) {
    return key.module().equals(HALL.name());
  }

  static boolean isWard(StateKey key) {
    return key.module().equals(WARD.name());
  }

  /** Thrown by the first run of an action that is tried again. */
  static final class Flaky extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static StateModule.Builder<Book> common(String name) {
    return StateModule.define(name, Book.EMPTY)
        .reduce("add", Add.class, (book, add) -> Chance.pause(added(book, add)))
        .reduce("nothing", Add.class, (book, add) -> Chance.pause(book))
        .reduce("note", Note.class, (book, note) -> Chance.pause(book.noted(stamped(book, note))))
        .onAction(
            "slowly",
            Add.class,
            (ctx, add) -> {
              Chance.pause(ctx);
              ctx.update(book -> added(book, add));
              Chance.pause(ctx);
            })
        .onAction(
            "break",
            Add.class,
            (ctx, add) -> {
              ctx.update(book -> added(book, add));
              Chance.pause(ctx);
              throw new Broken();
            });
  }

  /** Actions that dispatch to another module; its action has the next ticket. */
  private static StateModule.Builder<Book> relaying(StateModule.Builder<Book> builder) {
    return builder
        .onAction(
            "relay",
            Add.class,
            (ctx, add) -> {
              shared(ctx).dispatch("add", nested(add));
              ctx.update(book -> added(book, add));
            })
        .onAction(
            "relayAsync",
            Add.class,
            (ctx, add) -> {
              var unused = shared(ctx).dispatchAsync("add", nested(add));
              ctx.update(book -> added(book, add));
            })
        .onAction(
            "relayAndBreak",
            Add.class,
            (ctx, add) -> {
              shared(ctx).dispatch("add", nested(add));
              throw new Broken();
            })
        .onAction(
            "relayTwice",
            Add.class,
            (ctx, add) -> {
              shared(ctx).dispatch("add", nested(add));
              if (Chance.isFirstRun(add.ticket())) {
                throw new Flaky();
              }
              ctx.update(book -> added(book, add));
            });
  }

  /** Everything that a guest did comes after what is stored. */
  private static Book adopted(Book guest, Book stored) {
    List<Entry> all = new ArrayList<>(Chance.pause(stored).entries());
    all.addAll(guest.entries());
    return new Book(guest.owner(), guest.login(), stored.note(), List.copyOf(all));
  }

  /** What a hook does; its tickets are nobody's. */
  private static Book hooked(Book book, String hook, ActionContext<Book> ctx) {
    String who = ctx.session().map(Session::id).orElse("");
    return Chance.pause(book.plus(new Entry(Chance.hookTicket(), hook + ":" + who)));
  }

  private static StateRef<Book> shared(ActionContext<Book> ctx) {
    return ctx.ref(SHARED);
  }

  static Add nested(Add add) {
    return new Add(add.ticket() + 1, add.sender());
  }

  private static Book added(Book book, Add add) {
    return book.plus(new Entry(add.ticket(), stamp(book, add.sender())));
  }

  /** Whose state this is: its owner's or, without one, the sender's. */
  private static String stamp(Book book, String sender) {
    return book.owner() == null ? "~" + sender : book.owner();
  }

  private static String stamped(Book book, Note note) {
    return book.owner() == null ? note.text() : book.owner() + "#" + note.ticket() + note.text();
  }
}
