package dev.holdfast.todo;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What there is to do. Numbers begin at 1, as people count. */
record TodoList(List<Item> items) {

  static final TodoList EMPTY = new TodoList(List.of());

  record Item(String title, boolean done) {}

  TodoList add(String title) {
    return edit(items -> items.add(new Item(title, false)));
  }

  TodoList done(int number) {
    return edit(items -> items.set(number - 1, new Item(items.get(number - 1).title(), true)));
  }

  TodoList remove(int number) {
    return edit(items -> items.remove(number - 1));
  }

  TodoList withoutDone() {
    return edit(items -> items.removeIf(Item::done));
  }

  boolean has(int number) {
    return number >= 1 && number <= items.size();
  }

  /** Computed, so never stored. */
  long open() {
    return items.stream().filter(item -> !item.done()).count();
  }

  private TodoList edit(Consumer<List<Item>> change) {
    List<Item> copy = new ArrayList<>(items);
    change.accept(copy);
    return new TodoList(copy);
  }
}
