package dev.holdfast.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.codec.RandomStates.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class StateCodecPatchTest {

  private static final int ENOUGH = 1 << 20;

  record Line(String from, String text) {}

  record Chat(List<Line> messages, int total, Line pinned, Map<String, Line> drafts) {
    Chat with(List<Line> lines) {
      return new Chat(lines, total + 1, pinned, drafts);
    }
  }

  private final StateCodec<Chat> chats = StateCodec.of(Chat.class, () -> chat(0));

  private static Chat chat(int lines) {
    return new Chat(
        IntStream.range(0, lines).mapToObj(i -> new Line("ann", "line " + i)).toList(),
        lines,
        new Line("bob", "read this"),
        Map.of("a", new Line("x", "y"), "b", new Line("x", "z")));
  }

  @Test
  void aPatchedStateIsTheOtherState() {
    RandomStates states = new RandomStates(new Random(7));
    StateCodec<World> codec = StateCodec.of(World.class, states::fresh);
    int shorter = 0;
    World before = codec.freeze(states.fresh(), null);
    for (int i = 0; i < 2_000; i++) {
      World next = i % 50 == 0 ? states.fresh() : states.changed(before);
      World after = codec.freeze(next, before);
      byte[] patch = codec.patch(before, after, ENOUGH).orElseThrow().utf8();
      assertPatched(codec.encode(before), patch, codec.encode(after));
      shorter += patch.length < codec.encode(after).length ? 1 : 0;
      before = after;
    }
    assertThat(shorter).isGreaterThan(1_000);
  }

  @Test
  void aPatchedTextIsTheOtherText() {
    RandomStates states = new RandomStates(new Random(8));
    StateCodec<World> codec = StateCodec.of(World.class, states::fresh);
    World before = states.fresh();
    for (int i = 0; i < 500; i++) {
      World after = i % 50 == 0 ? states.fresh() : states.changed(before);
      byte[] from = codec.encode(before);
      byte[] to = codec.encode(after);
      assertPatched(from, JsonPatch.between(from, to, ENOUGH).orElseThrow().utf8(), to);
      before = after;
    }
  }

  private static void assertPatched(byte[] before, byte[] patch, byte[] after) {
    JsonMapper mapper = JsonMappers.forStates(type -> false);
    JsonNode patched = PatchedTree.of(Trees.read(mapper, before), Trees.read(mapper, patch));
    assertThat(patched).isEqualTo(Trees.read(mapper, after));
  }

  @Test
  void theGrowthIsAboutWhatTheTextGrows() {
    Chat before = chats.freeze(chat(100), null);
    Chat after = chats.freeze(chat(140), before);
    long growth = (long) chats.encode(after).length - chats.encode(before).length;
    assertThat(chats.patch(before, after, ENOUGH).orElseThrow().growth())
        .isBetween(growth * 9 / 10, growth * 11 / 10);
  }

  @Test
  void aLineMoreIsOneAdditionWhateverTheLength() {
    Chat before = chats.freeze(chat(2_000), null);
    List<Line> more = new ArrayList<>(before.messages());
    more.add(new Line("eve", "a/b~c"));
    Chat after = chats.freeze(before.with(more), before);
    StateDiff diff = chats.diff(ENOUGH);
    assertThat(text(diff.of(chats.shape(), chats.type(), before, after)))
        .isEqualTo(
            "[{\"op\":\"add\",\"path\":\"/messages/2000\",\"value\":{\"from\":\"eve\",\"text\":\"a/b~c\"}},"
                + "{\"op\":\"replace\",\"path\":\"/total\",\"value\":2001}]");
    assertThat(diff.walked()).isLessThan(10);
  }

  @Test
  void aWindowThatMovesOnIsOneRemovalAndOneAddition() {
    Chat before = chats.freeze(chat(2_000), null);
    List<Line> moved = new ArrayList<>(before.messages().subList(1, 2_000));
    moved.add(new Line("eve", "new"));
    Chat after = chats.freeze(before.with(moved), before);
    StateDiff diff = chats.diff(ENOUGH);
    JsonNode patch = tree(diff.of(chats.shape(), chats.type(), before, after));
    assertThat(patch).hasSize(3);
    assertThat(patch.get(0).toString()).isEqualTo("{\"op\":\"remove\",\"path\":\"/messages/0\"}");
    assertThat(patch.get(1).get("path").stringValue()).isEqualTo("/messages/1999");
    assertThat(diff.walked()).isLessThan(10);
  }

  @Test
  void anElementThatChangesIsChangedInItsPlace() {
    Chat before = chats.freeze(chat(2_000), null);
    List<Line> edited = new ArrayList<>(before.messages());
    edited.set(1_000, new Line("ann", "edited"));
    Chat after = chats.freeze(before.with(edited), before);
    StateDiff diff = chats.diff(ENOUGH);
    JsonNode patch = tree(diff.of(chats.shape(), chats.type(), before, after));
    assertThat(patch.get(0).toString())
        .isEqualTo("{\"op\":\"replace\",\"path\":\"/messages/1000/text\",\"value\":\"edited\"}");
    assertThat(diff.walked()).isLessThan(10);
  }

  @Test
  void aMapIsWalkedByItsNamesAndOnlyWhatChangedIsLookedInto() {
    Map<String, Line> drafts = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      drafts.put("user/" + i, new Line("u" + i, "..."));
    }
    Chat before = chats.freeze(new Chat(List.of(), 0, new Line("", ""), drafts), null);
    Map<String, Line> edited = new HashMap<>(before.drafts());
    edited.put("user/7", new Line("u7", "changed"));
    edited.remove("user/8");
    Chat after = chats.freeze(new Chat(before.messages(), 0, before.pinned(), edited), before);
    StateDiff diff = chats.diff(ENOUGH);
    assertThat(tree(diff.of(chats.shape(), chats.type(), before, after)))
        .extracting(operation -> operation.get("path").stringValue())
        .containsExactly("/drafts/user~18", "/drafts/user~17/text");
    assertThat(diff.walked()).isLessThan(10);
  }

  @Test
  void equalStatesHaveAnEmptyPatch() {
    assertThat(chats.patch(chat(3), chat(3), ENOUGH).orElseThrow().isEmpty()).isTrue();
  }

  @Test
  void aPatchThatIsTooLongIsNoneAndIsGivenUpEarly() {
    Chat before = chats.freeze(chat(0), null);
    Chat after = chats.freeze(chat(2_000), before);
    StateDiff diff = chats.diff(500);
    assertThat(diff.of(chats.shape(), chats.type(), before, after)).isEmpty();
    assertThat(diff.walked()).isLessThan(50);
  }

  @Test
  void aListThatIsClearedIsReplaced() {
    assertThat(text(chats.patch(chat(2_000), chat(0), ENOUGH)))
        .contains("{\"op\":\"replace\",\"path\":\"/messages\",\"value\":[]}")
        .hasSizeLessThan(150);
  }

  private static String text(Optional<JsonPatch> patch) {
    return new String(patch.orElseThrow().utf8(), UTF_8);
  }

  private static JsonNode tree(Optional<JsonPatch> patch) {
    return JsonMapper.shared().readTree(text(patch));
  }
}
