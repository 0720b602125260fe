package dev.holdfast.codec;

import static dev.holdfast.codec.States.bytes;
import static dev.holdfast.codec.States.codec;
import static dev.holdfast.codec.States.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Stored states of older schema versions, and states stored in an older one (law R5). */
@NullMarked
final class RecordCodecVersionsTest {

  record Doc(String text, int words, List<String> tags) {}

  private static final Doc EMPTY = new Doc("", 0, List.of());

  private final List<Integer> ran = new ArrayList<>();
  private final StateCodec<Doc> states = codec(EMPTY);

  private Consumer<JsonTree> step(int from, Consumer<JsonTree> change) {
    return tree -> {
      ran.add(from);
      change.accept(tree);
    };
  }

  private RecordCodec<Doc> records(int writes, @Nullable Consumer<JsonTree> down) {
    return RecordCodec.of(
        states,
        new RecordForm(
            null,
            List.of(),
            3,
            writes,
            down,
            Map.of(
                1, step(1, tree -> tree.rename("body", "text")),
                2, step(2, tree -> tree.put("words", words(tree)).remove("chars")))),
        (path, valid) -> "");
  }

  private static int words(JsonTree tree) {
    String text = tree.text("text");
    return text == null ? 0 : text.split(" ").length;
  }

  @Test
  @DisplayName("R5: steps run in order, each once, none skipped")
  void stepsRunInOrderFromTheVersionOfTheRecord() {
    RecordCodec<Doc> records = records(3, null);
    Doc doc = new Doc("a b", 2, List.of());
    assertThat(records.read(bytes("{\"body\":\"a b\",\"chars\":3}"), 1).state()).isEqualTo(doc);
    assertThat(ran).containsExactly(1, 2);
    ran.clear();
    assertThat(records.read(bytes("{\"text\":\"a b\",\"chars\":3}"), 2).state()).isEqualTo(doc);
    assertThat(ran).containsExactly(2);
    ran.clear();
    assertThat(records.read(bytes("{\"text\":\"a b\",\"words\":7}"), 3).state().words())
        .isEqualTo(7);
    assertThat(ran).isEmpty();
  }

  @Test
  void unknownMembersAreKeptWhileTheVersionIsUnchanged() {
    RecordCodec<Doc> records = records(3, null);
    assertThat(records.read(bytes("{\"text\":\"a\",\"new\":1}"), 3).unknown().isNone()).isFalse();
    assertThat(records.read(bytes("{\"text\":\"a\",\"old\":1}"), 2).unknown().isNone()).isTrue();
  }

  @Test
  @DisplayName("R5: the first of two releases reads the new version and writes the old")
  void writesAnOlderVersion() {
    RecordCodec<Doc> first =
        records(1, tree -> tree.rename("text", "body").remove("words").put("chars", 0));
    assertThat(first.version()).isEqualTo(3);
    assertThat(first.writes()).isEqualTo(1);
    RecordCodec.Read<Doc> read = first.read(bytes("{\"body\":\"a b\",\"extra\":[1]}"), 1);
    assertThat(read.state()).isEqualTo(new Doc("a b", 2, List.of()));
    Doc changed = new Doc("a b c", 3, List.of("t"));
    assertThat(text(first.write(states.encode(changed), read.unknown()).json()))
        .isEqualTo("{\"body\":\"a b c\",\"tags\":[\"t\"],\"extra\":[1],\"chars\":0}");
    assertThat(first.again(changed)).isEqualTo(changed);
    assertThat(first.read(bytes("{\"text\":\"a\",\"words\":9}"), 3).state().words()).isEqualTo(9);
  }

  @Test
  @DisplayName("R3: a step that fails is a typed error without content")
  void aStepThatFailsIsTyped() {
    RecordCodec<Doc> records = records(3, null);
    assertThatThrownBy(() -> records.read(bytes("{\"text\":77123}"), 2))
        .isInstanceOf(MigrationFailedException.class)
        .hasMessage(
            "The step from schema version 2 failed: \"text\" cannot be read: expected a text");
    RecordCodec<Doc> broken =
        RecordCodec.of(
            states,
            new RecordForm(
                null,
                List.of(),
                2,
                2,
                null,
                Map.of(
                    1,
                    tree -> {
                      throw new IllegalStateException("secret");
                    })),
            (path, valid) -> "");
    assertThatThrownBy(() -> broken.read(bytes("{}"), 1))
        .hasMessage("The step from schema version 1 failed: IllegalStateException");
  }

  @Test
  void aStepDownThatLosesTheWayBackIsFoundAtDefinition() {
    assertThatThrownBy(() -> records(2, tree -> tree.put("text", 7)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("written in version 2, cannot be read again");
    assertThatThrownBy(() -> records(2, tree -> tree.number("text")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the step down to schema version 2 failed");
  }

  @Test
  void aStepDownThatFailsLaterIsATypedError() {
    RecordCodec<Doc> records =
        records(
            2,
            tree -> {
              if (tree.size("tags") > 0) {
                throw new IllegalStateException("secret");
              }
            });
    byte[] tagged = states.encode(new Doc("", 0, List.of("t")));
    assertThatThrownBy(() -> records.write(tagged, UnknownMembers.NONE))
        .isInstanceOf(UnencodableStateException.class)
        .hasMessageContaining("step down to schema version 2")
        .hasMessageNotContaining("secret");
  }

  @Test
  void versionsThatDoNotFitTogetherAreRefused() {
    Consumer<JsonTree> none = tree -> {};
    assertThatThrownBy(() -> new RecordForm(null, List.of(), 3, 3, null, Map.of(2, none)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RecordForm(null, List.of(), 1, 1, none, Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> records(3, null).read(bytes("{}"), 4))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
