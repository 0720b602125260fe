package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ActionFailedException;
import dev.holdfast.Holdfast;
import dev.holdfast.StateModule;
import dev.holdfast.StateRef;
import dev.holdfast.demo.Chat.Message;
import dev.holdfast.demo.Chat.Say;
import dev.holdfast.store.StateStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChatTest {

  private final StateModule<Chat> module = Chat.module();
  @AutoClose private final Holdfast app = Holdfast.open(StateStore.inMemory(), module);
  private final StateRef<Chat> chat = app.session("s-1").ref(module);

  @Test
  void keepsMessagesInTheirOrder() {
    chat.dispatch("say", new Say("Ada", "one"));
    assertThat(chat.dispatch("say", new Say("Grace", "two")))
        .isEqualTo(new Chat(List.of(new Message("Ada", "one"), new Message("Grace", "two")), 2));
  }

  @Test
  void everySessionSeesTheSame() {
    chat.dispatch("say", new Say("Ada", "one"));
    assertThat(app.session("s-2").ref(module).state().messages())
        .containsExactly(new Message("Ada", "one"));
  }

  @Test
  void keepsTheNewestAndCountsAll() {
    int said = Chat.KEPT + 10;
    CompletableFuture.allOf(
            IntStream.range(0, said)
                .mapToObj(i -> chat.dispatchAsync("say", new Say("Ada", "m" + i)))
                .toArray(CompletableFuture<?>[]::new))
        .join();
    Chat state = chat.state();
    assertThat(state.total()).isEqualTo(said);
    assertThat(state.messages()).hasSize(Chat.KEPT);
    assertThat(state.messages().getFirst().text()).isEqualTo("m10");
    assertThat(state.messages().getLast().text()).isEqualTo("m" + (said - 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  \n"})
  void blankMessagesAreRefused(String text) {
    assertThatThrownBy(() -> chat.dispatch("say", new Say("Ada", text)))
        .isInstanceOf(ActionFailedException.class)
        .hasRootCauseMessage("The message is blank");
    assertThat(chat.state().total()).isZero();
  }

  @Test
  void oversizedNamesAndMessagesAreRefusedNamingTheLimit() {
    assertThatThrownBy(() -> chat.dispatch("say", new Say("Ada", "x".repeat(501))))
        .hasRootCauseMessage("The message has 501 characters; at most 500 are taken");
    assertThatThrownBy(() -> chat.dispatch("say", new Say("x".repeat(81), "hello")))
        .hasRootCauseMessage("The name has 81 characters; at most 80 are taken");
    chat.dispatch("say", new Say("x".repeat(80), "x".repeat(500)));
    assertThat(chat.state().total()).isEqualTo(1);
  }
}
