package dev.holdfast.model;

import dev.holdfast.ActionContext;
import dev.holdfast.ErrorDecision;
import dev.holdfast.KeyStrategy;
import dev.holdfast.StateModule;
import dev.holdfast.StateRef;
import dev.holdfast.model.Book.Add;
import dev.holdfast.model.Book.Entry;
import dev.holdfast.model.Book.Login;
import dev.holdfast.model.Book.Note;
import dev.holdfast.save.SavePolicy;
import java.time.Duration;
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

  static final List<StateModule<Book>> ALL = List.of(SHARED, MINE, ROOM, DESK, BEHIND);

  private Modules() {}

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
