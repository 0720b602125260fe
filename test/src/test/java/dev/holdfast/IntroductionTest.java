package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How a session and the instances that it names become acquainted. */
class IntroductionTest {

  private final List<String> met = new ArrayList<>();
  private String asked = "";

  private final StateModule<Box> boxes =
      Rig.boxes().onCreated((ctx, restore) -> met.add(asked)).persist(KeyStrategy.byId()).build();

  private void look(SessionConnection client, int box) {
    asked = "box-" + box;
    assertThat(client.session().ref(boxes, asked).state().count()).isZero();
  }

  @Test
  @DisplayName("after a restart onCreated runs again only where a thousand others were met since")
  void theLatestThousandAreRememberedOverARestart() {
    try (Lab lab = Lab.inline(boxes)) {
      SessionConnection client = lab.app.sessions().connect(null);
      for (int box = 0; box <= SessionRow.MAX_MET; box++) {
        look(client, box);
      }
      assertThat(met).hasSize(SessionRow.MAX_MET + 1);
      met.clear();

      lab.restart();
      SessionConnection back = lab.app.sessions().connect(client.token());
      look(back, 1);
      look(back, SessionRow.MAX_MET);
      assertThat(met).isEmpty();
      look(back, 0);
      look(back, 0);
      assertThat(met).containsExactly("box-0");
      met.clear();

      lab.restart();
      back = lab.app.sessions().connect(client.token());
      look(back, 2);
      assertThat(met).isEmpty();
      look(back, 1);
      assertThat(met).containsExactly("box-1");
    }
  }

  @Test
  @DisplayName("R1 R2 a client's onCreated runs when the state is there, also after a failed load")
  void runsAfterALoadThatFailed() {
    try (Lab lab = Lab.inline(boxes)) {
      SessionConnection client = lab.app.sessions().connect(null);
      lab.store.loading().fail(Rig.key("a"));
      assertThatThrownBy(() -> client.session().ref(boxes, "a").state())
          .isInstanceOf(LoadException.class);
      lab.store.loading().recover();
      assertThat(met).isEmpty();
      assertThat(client.session().ref(boxes, "a").dispatch("increment").count()).isEqualTo(1);
      assertThat(met).hasSize(1);
    }
  }

  private Runnable during = () -> {};

  @Test
  @DisplayName("R1 onCreated runs before the session's first action where the mailbox was full")
  void runsThoughTheMailboxWasFull() {
    StateModule<Box> crowded =
        Rig.boxes()
            .onAction("wait", ctx -> during.run())
            .onCreated((ctx, restore) -> met.add("count " + ctx.state().count()))
            .persist(KeyStrategy.byId())
            .build();
    try (Lab lab = Lab.inline(crowded)) {
      StateRef<Box> crowd = lab.app.ref(crowded, "a");
      StateRef<Box> late = lab.app.session("late").ref(crowded, "a");
      List<CompletableFuture<Box>> refused = new ArrayList<>();
      during =
          () ->
              CompletableFuture.runAsync(
                      () -> {
                        for (int i = 0; i < Mailbox.MAX_WAITING; i++) {
                          var unused = crowd.dispatchAsync("increment");
                        }
                        refused.add(late.dispatchAsync("increment"));
                      })
                  .join(); // Not from within the handler: that could not wait for itself.
      crowd.dispatchAsync("wait").join();
      assertThat(refused).hasSize(1).allMatch(CompletableFuture::isCompletedExceptionally);
      assertThat(late.dispatch("increment").count()).isEqualTo(Mailbox.MAX_WAITING + 1);
      assertThat(met).containsExactly("count " + Mailbox.MAX_WAITING);
    }
  }

  @Test
  @DisplayName("R1 onCreated runs once for each key that the state names, however often it does")
  void theStateNamesAKeyAgain() {
    List<String> introduced = new ArrayList<>();
    StateModule<Todos> todos =
        Todos.builder("Todos", SavePolicy.committed())
            .onCreated((ctx, restore) -> introduced.add(ctx.id()))
            .build();
    try (Lab lab = Lab.inline(todos)) {
      StateRef<Todos> mine = lab.app.session("s").ref(todos);
      for (String user : List.of("ann", "ben", "ann", "ben")) {
        mine.dispatch("login", Todos.user(user));
        assertThat(mine.dispatch("logout").user()).isNull();
      }
      assertThat(introduced).filteredOn("ann"::equals).hasSize(1);
      assertThat(introduced).filteredOn("ben"::equals).hasSize(1);
    }
  }
}
