package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import java.util.ArrayList;
import java.util.List;
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
