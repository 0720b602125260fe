package dev.holdfast.demo;

import dev.holdfast.KeyStrategy;
import dev.holdfast.StateModule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One person's to-dos, on every device where that person is logged in. Being logged in is part of
 * the state: the user in it names the record that it is kept in.
 */
record Todos(@Nullable User user, List<Todo> todos) {

  static final int LONGEST_NAME = 80;
  static final int LONGEST_TITLE = 500;
  static final int MOST = 1_000;

  /** Who is logged in. */
  record User(String id, String name) {}

  /** Something to do. */
  record Todo(String title, boolean done) {}

  /** The payload of {@code login}. */
  record Login(String id, String name) {}

  /** The payload of {@code add}. */
  record Add(String title) {}

  /** The payload of {@code toggle}: the place in the list, from 0. */
  record Toggle(int index) {}

  static StateModule<Todos> module() {
    return StateModule.define("Todos", new Todos(null, List.of()))
        .persist(KeyStrategy.withKey(Todos::userId))
        .reduce("login", Login.class, Todos::login)
        .reduce("add", Add.class, Todos::add)
        .reduce("toggle", Toggle.class, Todos::toggle)
        .reduce("logout", Todos::logout)
        .build();
  }

  private @Nullable String userId() {
    return user == null ? null : user.id();
  }

  private Todos login(Login login) {
    String id = Texts.check("The user's id", login.id(), LONGEST_NAME);
    String name = Texts.check("The user's name", login.name(), LONGEST_NAME);
    return new Todos(new User(id, name), todos);
  }

  private Todos add(Add add) {
    requireUser();
    String title = Texts.check("The title", add.title(), LONGEST_TITLE);
    if (todos.size() >= MOST) {
      throw new IllegalStateException("There are %d to-dos; at most %d".formatted(MOST, MOST));
    }
    List<Todo> longer = new ArrayList<>(todos);
    longer.add(new Todo(title, false));
    return new Todos(user, longer);
  }

  private Todos toggle(Toggle toggle) {
    requireUser();
    int index = toggle.index();
    if (index < 0 || index >= todos.size()) {
      throw new IllegalArgumentException(
          "There is no to-do %d; there are %d, counted from 0".formatted(index, todos.size()));
    }
    List<Todo> changed = new ArrayList<>(todos);
    changed.set(index, new Todo(todos.get(index).title(), !todos.get(index).done()));
    return new Todos(user, changed);
  }

  private Todos logout() {
    return new Todos(null, List.of());
  }

  private void requireUser() {
    if (user == null) {
      throw new IllegalStateException("Nobody is logged in; log in first");
    }
  }
}
