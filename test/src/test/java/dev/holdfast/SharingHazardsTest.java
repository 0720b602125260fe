package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.StateKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Nobody holds an object that is also somebody's state (law R7). */
class SharingHazardsTest {

  record Basket(List<String> items) {}

  record Fill(List<String> items) {}

  static final class Draft {
    public String text = "";
    public List<String> tags = new ArrayList<>();
  }

  static final class Tags {
    public List<String> tags = new ArrayList<>();
  }

  private final StateModule<Basket> baskets =
      StateModule.define("Basket", new Basket(new ArrayList<>(List.of("first"))))
          .persist(KeyStrategy.session())
          .reduce("fill", Fill.class, (b, fill) -> new Basket(fill.items()))
          .build();

  private final List<Draft> held = new ArrayList<>();
  private final StateModule<Draft> drafts =
      StateModule.define("Draft", Draft::new)
          .persist(KeyStrategy.session())
          .onCreated((ctx, restore) -> held.add(ctx.state()))
          .onAction(
              "type",
              String.class,
              (ctx, text) -> {
                held.add(ctx.state());
                ctx.state().text = text;
                ctx.state().tags.add(text);
              })
          .onAction(
              "tag",
              Tags.class,
              (ctx, tags) -> {
                ctx.state().tags = tags.tags;
              })
          .onAction(
              "fail",
              ctx -> {
                ctx.state().text = "half";
                ctx.state().tags.add("half");
                throw new IllegalStateException("after a change");
              })
          .build();

  @Test
  @DisplayName("R7 a list that a payload holds is not the state's list")
  void payloadsListIsCopied() {
    try (Lab lab = Lab.inline(baskets)) {
      List<String> mine = new ArrayList<>(List.of("a"));
      var basket = lab.app.session("s").ref(baskets);
      basket.dispatch("fill", new Fill(mine));

      mine.add("later");

      assertThat(basket.state().items()).containsExactly("a");
      assertThat(basket.latest().items()).containsExactly("a");
      assertThat(lab.restart().app.session("s").ref(baskets).state().items()).containsExactly("a");
    }
  }

  @Test
  @DisplayName("R7 a list inside a state that was shown cannot be changed")
  void shownListsAreUnmodifiable() {
    try (Lab lab = Lab.inline(baskets)) {
      var basket = lab.app.session("s").ref(baskets);
      Basket answer = basket.dispatch("fill", new Fill(new ArrayList<>(List.of("a"))));

      for (Basket shown : List.of(answer, basket.state(), basket.latest())) {
        assertThatThrownBy(() -> shown.items().add("later"))
            .isInstanceOf(UnsupportedOperationException.class);
      }
    }
  }

  @Test
  @DisplayName("R7 defaults are not the list that the definition was given")
  void defaultsAreNotTheDefinitionsOwnObjects() {
    List<String> given = new ArrayList<>(List.of("first"));
    StateModule<Basket> module =
        StateModule.define("Basket", new Basket(given)).persist(KeyStrategy.session()).build();
    given.add("later");
    try (Lab lab = Lab.inline(module)) {
      assertThat(lab.app.session("s").ref(module).state().items()).containsExactly("first");
    }
  }

  @Test
  @DisplayName("R7 two instances of a mutable state share no defaults")
  void mutableDefaultsAreNotShared() {
    try (Lab lab = Lab.inline(drafts)) {
      lab.app.session("a").ref(drafts).dispatch("type", "of a");
      assertThat(lab.app.session("b").ref(drafts).state().tags).isEmpty();
      assertThat(lab.app.session("c").ref(drafts).dispatch("type", "of c").tags)
          .containsExactly("of c");
    }
  }

  @Test
  @DisplayName("R7 a supplier that gives one object twice is refused at definition")
  void oneMutableObjectForAllIsRefused() {
    Draft one = new Draft();
    assertThatThrownBy(
            () -> StateModule.define("Draft", () -> one).persist(KeyStrategy.session()).build())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> StateModule.define("Draft", one).persist(KeyStrategy.session()).build())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  @DisplayName("R7 a mutable state that a handler keeps, or a caller was given, is a copy")
  void whatAHandlerKeepsIsNotTheState() {
    try (Lab lab = Lab.inline(drafts)) {
      var draft = lab.app.session("s").ref(drafts);
      Draft answer = draft.dispatch("type", "one");
      List<Draft> outside = new ArrayList<>(held);
      outside.addAll(List.of(answer, draft.state(), draft.latest()));

      for (Draft copy : outside) {
        copy.text = "from outside";
        copy.tags.add("from outside");
      }

      assertThat(draft.state().text).isEqualTo("one");
      assertThat(draft.dispatch("type", "two").tags).containsExactly("one", "two");
      assertThat(lab.text(StateKey.session("Draft", "@s"))).doesNotContain("outside");
    }
  }

  @Test
  @DisplayName("R7 a mutable payload that became part of a mutable state is a copy")
  void mutablePayloadIsCopied() {
    try (Lab lab = Lab.inline(drafts)) {
      var draft = lab.app.session("s").ref(drafts);
      Tags payload = new Tags();
      payload.tags.add("mine");
      draft.dispatch("tag", payload);

      payload.tags.add("later");

      assertThat(draft.state().tags).containsExactly("mine");
    }
  }

  @Test
  @DisplayName("A2 R7 a handler that throws after changing a mutable state changed a copy")
  void throwingHandlerChangedOnlyItsCopy() {
    try (Lab lab = Lab.inline(drafts)) {
      var draft = lab.app.session("s").ref(drafts);
      draft.dispatch("type", "one");
      assertThatThrownBy(() -> draft.dispatch("fail")).isInstanceOf(ActionFailedException.class);
      assertThat(draft.state().text).isEqualTo("one");
      assertThat(draft.latest().tags).containsExactly("one");
    }
  }
}
