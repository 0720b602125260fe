package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ActionFailedException;
import dev.holdfast.Holdfast;
import dev.holdfast.StateModule;
import dev.holdfast.StateRef;
import dev.holdfast.demo.Todos.Add;
import dev.holdfast.demo.Todos.Login;
import dev.holdfast.demo.Todos.Todo;
import dev.holdfast.demo.Todos.Toggle;
import dev.holdfast.demo.Todos.User;
import dev.holdfast.store.StateStore;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TodosTest {

  private static final Login ADA = new Login("ada", "Ada");
  private static final Login BOB = new Login("bob", "Bob");

  private final StateModule<Todos> module = Todos.module();
  @AutoClose private final Holdfast app = Holdfast.open(StateStore.inMemory(), module);
  private final StateRef<Todos> todos = app.session("s-1").ref(module);

  @Test
  void addsAndToggles() {
    todos.dispatch("login", ADA);
    todos.dispatch("add", new Add("one"));
    todos.dispatch("add", new Add("two"));
    assertThat(todos.dispatch("toggle", new Toggle(1)).todos())
        .containsExactly(new Todo("one", false), new Todo("two", true));
    assertThat(todos.dispatch("toggle", new Toggle(1)).todos())
        .containsExactly(new Todo("one", false), new Todo("two", false));
  }

  @Test
  void loggingOutShowsNothingAndLoggingInAgainShowsAll() {
    todos.dispatch("login", ADA);
    todos.dispatch("add", new Add("one"));
    todos.dispatch("logout");
    assertThat(todos.state()).isEqualTo(new Todos(null, List.of()));
    todos.dispatch("login", ADA);
    assertThat(todos.state())
        .isEqualTo(new Todos(new User("ada", "Ada"), List.of(new Todo("one", false))));
  }

  @Test
  void anotherUserSeesNothingOfTheFirst() {
    todos.dispatch("login", ADA);
    todos.dispatch("add", new Add("one"));
    todos.dispatch("login", BOB);
    assertThat(todos.state()).isEqualTo(new Todos(new User("bob", "Bob"), List.of()));
    todos.dispatch("login", ADA);
    assertThat(todos.state().todos()).containsExactly(new Todo("one", false));
  }

  @Test
  void actingNeedsALogin() {
    assertThatThrownBy(() -> todos.dispatch("add", new Add("one")))
        .isInstanceOf(ActionFailedException.class)
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("Nobody is logged in; log in first");
    assertThatThrownBy(() -> todos.dispatch("toggle", new Toggle(0)))
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1, Integer.MAX_VALUE})
  void togglingWhatIsNotThereNamesIndexAndSize(int index) {
    todos.dispatch("login", ADA);
    todos.dispatch("add", new Add("one"));
    assertThatThrownBy(() -> todos.dispatch("toggle", new Toggle(index)))
        .hasRootCauseInstanceOf(IllegalArgumentException.class)
        .hasRootCauseMessage("There is no to-do %d; there are 1, counted from 0".formatted(index));
  }

  @Test
  void blankAndOversizedTextsAreRefused() {
    assertThatThrownBy(() -> todos.dispatch("login", new Login(" ", "Ada")))
        .hasRootCauseMessage("The user's id is blank");
    assertThatThrownBy(() -> todos.dispatch("login", new Login("ada", "x".repeat(81))))
        .hasRootCauseMessage("The user's name has 81 characters; at most 80 are taken");
    todos.dispatch("login", ADA);
    assertThatThrownBy(() -> todos.dispatch("add", new Add("x".repeat(501))))
        .hasRootCauseMessage("The title has 501 characters; at most 500 are taken");
    assertThat(todos.state().todos()).isEmpty();
  }

  @Test
  void nobodyIsSentAsNull() {
    assertThat(module.toJson(new Todos(null, List.of())))
        .asString()
        .isEqualTo("{\"user\":null,\"todos\":[]}");
  }
}
