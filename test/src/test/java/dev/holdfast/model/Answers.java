package dev.holdfast.model;

import dev.holdfast.ConflictException;
import dev.holdfast.HoldfastException;
import dev.holdfast.OutcomeUnknownException;
import dev.holdfast.model.Book.Entry;
import dev.holdfast.model.Chain.Place;
import dev.holdfast.store.StateKey;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What may be answered: yes for what is stored, no for what never is. */
final class Answers {

  private final Ledger ledger;
  private final Behind behind;
  private final Damages damages;

  Answers(Ledger ledger, Behind behind, Damages damages) {
    this.ledger = ledger;
    this.behind = behind;
    this.damages = damages;
  }

  /** An attempt was answered. */
  void answered(Op op, int slot, Client client, @Nullable Book book, @Nullable Throwable error) {
    op.answers++;
    Throwable cause = error instanceof CompletionException c ? c.getCause() : error;
    switch (cause) {
      case null -> acknowledged(op, slot, client, Objects.requireNonNull(book));
      case OutcomeUnknownException unknown -> {
        if (op.kind == Op.Kind.SWITCHES) {
          client.who(op.module.name()).inDoubt(slot);
        }
      }
      case HoldfastException refusal -> refused(op, refusal);
      default -> ledger.unexpected("the answer to " + op, cause);
    }
  }

  private void refused(Op op, HoldfastException error) {
    if (wasErasedWith(op, error)) {
      return; // It may have been stored before, or be so for the moment until then.
    }
    op.refused++;
    if (op.isRefused() && ledger.isStored(op)) {
      ledger.wrong(
          "A2", "%s is stored in %s and was refused: %s".formatted(op, op.storedAt, error));
    }
  }

  private boolean wasErasedWith(Op op, HoldfastException error) {
    boolean own = op.module.equals(Modules.MINE) || op.module.equals(Modules.BEHIND);
    boolean ends = own || op.module.equals(Modules.HALL) || op.module.equals(Modules.CART);
    return error instanceof ConflictException && (ends || ledger.isEverErased(op.module.name()));
  }

  private void acknowledged(Op op, int slot, Client client, Book book) {
    op.acked = true;
    if (op.kind == Op.Kind.BREAKS || op.kind == Op.Kind.RELAYS_AND_BREAKS) {
      ledger.wrong("A2", op + " throws and was acknowledged");
    }
    Op nested = op.nested;
    if (nested != null && nested.storedAt == null && !op.action.equals("relayAsync")) {
      ledger.wrong("A3", "%s was acknowledged before %s was stored".formatted(op, nested));
    }
    boolean guest = op.module.equals(Modules.DESK) && book.owner() == null;
    if (op.isWriteBehind()) {
      acknowledgedBehind(op, slot);
    } else if (op.adds() && !guest && !mayHaveBeenGuest(op)) {
      if (op.storedAt == null) {
        ledger.wrong("A3", op + " was acknowledged and is not stored");
      } else if (ledger.isStored(op)) {
        checkAnswer(op, slot, book);
      }
    }
    if (op.kind == Op.Kind.SWITCHES) {
      client.who(op.module.name()).switched(op, ledger.alone);
    }
  }

  private void acknowledgedBehind(Op op, int slot) {
    if (op.adds() && op.storedAt == null) {
      op.ackedAt = ledger.nextEvent();
      op.ackedTime = ledger.now();
      op.ackedBy = slot;
      behind.acknowledged(op);
    }
  }

  /** Whether it was done in memory, as nobody, and is only answered again as somebody. */
  private static boolean mayHaveBeenGuest(Op op) {
    return op.module.equals(Modules.DESK) && op.attempts > 1 && op.storedAt == null;
  }

  private void checkAnswer(Op op, int slot, Book book) {
    StateKey key = Objects.requireNonNull(op.storedAt);
    damages.used(key);
    Chain chain = ledger.chain(key);
    boolean named = Modules.isNamed(key);
    String owner = key.scope() == StateKey.Scope.SESSION ? null : key.id();
    boolean here = !named || Objects.equals(owner, book.owner());
    int life = here ? lifeOf(chain, book) : chain.life();
    List<Entry> actions = chain.actions(life);
    for (int i = 0; i < actions.size(); i++) {
      if (actions.get(i).ticket() == op.ticket) {
        ledger.raise(slot, key, new Place(life, i + 1));
        break; // A second one is of an attempt that came when the first was forgotten.
      }
    }
    if (here && book.entries().stream().noneMatch(entry -> entry.ticket() == op.ticket)) {
      if (!ledger.isBeingErased(key)) {
        ledger.wrong("A3", "%s was answered with %s".formatted(op, book.entries()));
      }
    }
  }

  /**
   * In which life of a key an answer was given. Of two runtimes, one may not know yet that the
   * other has erased the key, nor that the action, sent there again, has begun the next life.
   */
  private int lifeOf(Chain chain, Book book) {
    int life = ledger.alone ? -1 : chain.lifeOf(Chain.ofActions(book.entries()));
    return life < 0 ? chain.life() : life;
  }
}
