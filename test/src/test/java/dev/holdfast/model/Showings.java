package dev.holdfast.model;

import dev.holdfast.StateModule;
import dev.holdfast.model.Book.Entry;
import dev.holdfast.model.Chain.Place;
import dev.holdfast.store.StateKey;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What may be shown to whom: what was committed, nothing older than before, nothing of others. */
final class Showings {

  private final Ledger ledger;
  private final Damages damages;

  Showings(Ledger ledger, Damages damages) {
    this.ledger = ledger;
    this.damages = damages;
  }

  /** A client was shown its state of a module; it was read this very moment. */
  void shown(int slot, Client client, StateModule<Book> module, @Nullable String room, Book book) {
    String session = Objects.requireNonNull(client.session);
    if (Modules.isNamed(module)) {
      shownNamed(slot, client, module, book);
    } else if (module.equals(Modules.SHARED)) {
      shown(slot, StateKey.global(module.name()), book);
    } else if (room != null) {
      shown(slot, StateKey.keyed(module.name(), room), book);
    } else {
      shown(slot, StateKey.session(module.name(), session), book);
    }
  }

  private void shownNamed(int slot, Client client, StateModule<Book> module, Book book) {
    String owner = book.owner();
    Identity who = client.who(module.name());
    if (!who.isPossibly(owner, ledger.now())) {
      ledger.wrong("K5", "%s was shown %s, who it never is".formatted(client, owner));
    }
    String sure = who.sure(ledger.now());
    if (sure != null && !sure.equals(owner == null ? "" : owner)) {
      ledger.wrong("K5", "%s is \"%s\" and was shown \"%s\"".formatted(client, sure, owner));
    }
    if (owner != null) {
      shown(slot, StateKey.keyed(module.name(), owner), book);
      return;
    }
    for (Entry entry : book.entries()) {
      if (!ledger.isAnythingErased() && !entry.stamp().equals("~" + client.session)) {
        ledger.wrong("K3", "%s was shown %s as nobody".formatted(client, entry));
      }
    }
    boolean isNew = book.equals(Book.EMPTY) && who.mayBeEmpty(slot, ledger.now());
    if (module.equals(Modules.CART) && !isNew) {
      shown(slot, StateKey.session(module.name(), Objects.requireNonNull(client.session)), book);
    }
  }

  /** A state of a key was shown; it was read this very moment. */
  private void shown(int slot, StateKey key, Book book) {
    Chain chain = ledger.chain(key);
    if (Modules.isNamed(key) && key.scope() == StateKey.Scope.KEYED) {
      for (Entry entry : book.entries()) {
        if (!entry.stamp().equals(key.id()) && !ledger.isGuestOf(key, entry.stamp())) {
          ledger.wrong("K5", "%s was shown %s".formatted(key, entry));
        }
      }
    }
    damages.used(key);
    if (key.module().equals(Modules.BEHIND.name())) {
      return;
    }
    List<Entry> entries = Chain.ofActions(book.entries());
    int life = chain.lifeOf(entries);
    if (life < 0) {
      ledger.wrong(
          "A3",
          "%s was shown as %s, which was never committed; it is %s"
              .formatted(key, entries, chain.head()));
      return;
    }
    Place place = new Place(life, entries.size());
    Place floor = ledger.floor(slot, key);
    boolean ends = ledger.isBeingErased(key) || !chain.due().isAfter(ledger.now());
    boolean defaults = entries.isEmpty() && ends;
    if (place.compareTo(floor) < 0 && !defaults) {
      ledger.wrong(
          "N4", "%s was shown as %s, after %s of %s".formatted(key, place, floor, chain.head()));
    }
    ledger.raise(slot, key, place);
  }
}
