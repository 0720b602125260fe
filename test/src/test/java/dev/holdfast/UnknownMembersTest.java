package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.StateKey;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What newer code stored is not lost by older code (law R5), and stays at its key (law K4). */
class UnknownMembersTest {

  record Line(String text) {}

  record Old(@Nullable String owner, int edits, List<Line> lines) {
    Old edited() {
      return new Old(owner, edits + 1, lines);
    }
  }

  record NewLine(String text, String color) {}

  record New(@Nullable String owner, int edits, List<NewLine> lines, String title) {}

  private static final StateKey ANN = StateKey.keyed("Doc", "ann");
  private static final StateKey BOB = StateKey.keyed("Doc", "bob");

  private final StateModule<Old> old =
      StateModule.define("Doc", new Old(null, 0, List.of()))
          .persist(KeyStrategy.withKey(Old::owner))
          .reduce("edit", Old::edited)
          .reduce("login", String.class, (doc, user) -> new Old(user, doc.edits(), doc.lines()))
          .build();

  private final StateModule<New> newer =
      StateModule.define("Doc", new New(null, 0, List.of(), "untitled"))
          .persist(KeyStrategy.withKey(New::owner))
          .reduce(
              "write",
              String.class,
              (doc, text) ->
                  new New(doc.owner(), doc.edits(), List.of(new NewLine(text, "red")), text))
          .build();

  private static final String STORED =
      "{\"owner\":\"ann\",\"edits\":1,\"lines\":[{\"text\":\"a\",\"color\":\"red\"}],"
          + "\"title\":\"mine\"}";

  @Test
  @DisplayName("hazard 17, R5: fields of newer code survive loads and saves of older code")
  void rollingDeployLosesNothing() {
    try (Lab lab = Lab.inline(old)) {
      lab.plant(ANN, STORED);
      StateRef<Old> doc = lab.app.ref(old, "ann");
      assertThat(doc.state()).isEqualTo(new Old("ann", 1, List.of(new Line("a"))));
      doc.dispatch("edit");
      doc.dispatch("edit");
      lab.restart();
      lab.app.ref(old, "ann").dispatch("edit");
      try (Holdfast upgraded = Holdfast.open(lab.store, newer)) {
        assertThat(upgraded.ref(newer, "ann").state())
            .isEqualTo(new New("ann", 4, List.of(new NewLine("a", "red")), "mine"));
      }
    }
  }

  @Test
  @DisplayName("S4, R5: after a conflict the other writer's unknown fields are kept, not ours")
  void unknownMembersAreThoseOfTheRecordThatWasReadLast() {
    try (Lab lab = Lab.inline(old)) {
      lab.plant(ANN, STORED);
      lab.app.ref(old, "ann").dispatch("edit");
      lab.plant(ANN, STORED.replace("mine", "theirs"));
      lab.app.ref(old, "ann").dispatch("edit");
      assertThat(lab.text(ANN)).contains("\"title\":\"theirs\"", "\"edits\":2");
    }
  }

  @Test
  @DisplayName("K4: unknown fields never cross to another key")
  void unknownMembersStayAtTheirKey() {
    try (Lab lab = Lab.inline(old)) {
      lab.plant(ANN, STORED);
      StateRef<Old> doc = lab.app.session("s").ref(old);
      doc.dispatch("login", "ann");
      doc.dispatch("login", "bob");
      doc.dispatch("edit");
      assertThat(lab.text(BOB)).contains("\"edits\":1").doesNotContain("title", "color");
      assertThat(lab.text(ANN)).contains("\"title\":\"mine\"", "\"color\":\"red\"");
    }
  }

  @Test
  @DisplayName("S5, R5: an erase takes unknown fields along")
  void eraseTakesUnknownMembersAlong() {
    try (Lab lab = Lab.inline(old)) {
      lab.plant(ANN, STORED);
      StateRef<Old> doc = lab.app.session("s").ref(old);
      doc.dispatch("login", "ann");
      lab.app.erase(ANN);
      lab.app.ref(old, "ann").dispatch("edit");
      assertThat(lab.text(ANN)).contains("\"edits\":1").doesNotContain("title");
    }
  }
}
