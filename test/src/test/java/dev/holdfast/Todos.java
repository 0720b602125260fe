package dev.holdfast;

import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The state of the key hazards: a list and two scalars, under the user's id. */
record Todos(@Nullable User user, List<String> items, String theme, int edits) {

  static final Todos EMPTY = new Todos(null, List.of(), "light", 0);

  record User(String id, String name) {}

  static User user(String id) {
    return new User(id, id.toUpperCase(java.util.Locale.ROOT));
  }

  Todos with(String item) {
    List<String> more = new ArrayList<>(items);
    more.add(item);
    return new Todos(user, more, theme, edits + 1);
  }

  Todos as(@Nullable User other) {
    return new Todos(other, items, theme, edits);
  }

  private static @Nullable String key(Todos todos) {
    return todos.user == null ? null : todos.user.id();
  }

  static StateKey keyOf(String user) {
    return StateKey.keyed("Todos", user);
  }

  /** Saved at once. */
  static StateModule<Todos> committed() {
    return builder("Todos", SavePolicy.committed()).build();
  }

  /** Saved within a second. */
  static StateModule<Todos> behind() {
    return builder("Todos", SavePolicy.writeBehind(Duration.ofSeconds(1), Duration.ofSeconds(1)))
        .build();
  }

  static StateModule.Builder<Todos> builder(String name, SavePolicy policy) {
    return builder(name, p -> p.save(policy));
  }

  static StateModule.Builder<Todos> builder(String name, Consumer<Persistence<Todos>> how) {
    return actions(StateModule.define(name, EMPTY).persist(KeyStrategy.withKey(Todos::key), how));
  }

  /** The same, with a guest's state in a record of the session's own. */
  static StateModule.Builder<Todos> guests(Consumer<Persistence<Todos>> how) {
    return actions(
        StateModule.define("Todos", EMPTY)
            .persist(KeyStrategy.withKey(Todos::key, KeyStrategy.session()), how));
  }

  static StateKey guestKey(String session) {
    return StateKey.session("Todos", "@" + session);
  }

  /** A cart: what the guest has comes behind what is stored. */
  static Todos joined(Todos guest, Todos stored) {
    List<String> all = new ArrayList<>(stored.items);
    all.addAll(guest.items);
    return new Todos(stored.user, all, guest.theme, stored.edits + guest.edits);
  }

  static StateModule.Builder<Todos> shared(String name) {
    return actions(StateModule.define(name, EMPTY).ephemeral(KeyStrategy.withKey(Todos::key)));
  }

  private static StateModule.Builder<Todos> actions(StateModule.Builder<Todos> builder) {
    return builder
        .reduce("login", User.class, Todos::as)
        .reduce("loginFresh", User.class, (t, u) -> new Todos(u, List.of(), "light", 0))
        .reduce("loginDark", User.class, (t, u) -> new Todos(u, t.items, "dark", t.edits))
        .reduce("loginAndAdd", User.class, (t, u) -> t.as(u).with("of the switch"))
        .reduce("logout", t -> t.as(null))
        .reduce("logoutDark", t -> new Todos(null, t.items, "dark", t.edits))
        .reduce("add", String.class, Todos::with);
  }
}
