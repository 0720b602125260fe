package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.StateModule;
import dev.holdfast.server.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ImageTest {

  record Words(List<String> words) {}

  static final class Draft {
    String text = "";
    List<String> tags = new ArrayList<>();
  }

  private static final StateModule<Words> WORDS =
      StateModule.define("Words", new Words(List.of())).reduce("clear", w -> w).build();

  private static final StateModule<Draft> DRAFTS =
      StateModule.define("Draft", Draft::new).onAction("clear", ctx -> {}).build();

  private final StateImages images = new StateImages();

  private static Words words(int from, int to) {
    return new Words(IntStream.range(from, to).mapToObj(n -> "word " + n).toList());
  }

  private static Draft draft(int tags) {
    Draft draft = new Draft();
    draft.text = "text";
    IntStream.range(0, tags).forEach(n -> draft.tags.add("tag " + n));
    return draft;
  }

  @Test
  void aPatchIsMadeOnceForAllWhoStandAtTheSameImage() {
    Image<Words> before = images.of(WORDS, words(0, 100));
    Image<Words> after = images.of(WORDS, words(0, 101));
    before.json();
    Json patch = after.patchFrom(before).orElseThrow();
    for (int connection = 1; connection < 200; connection++) {
      assertThat(after.patchFrom(before).orElseThrow()).isSameAs(patch);
    }
  }

  @Test
  void aPatchIsNotLongerThanTheState() {
    Image<Words> before = images.of(WORDS, words(0, 100));
    before.json();
    assertThat(images.of(WORDS, words(50, 51)).patchFrom(before)).isEmpty();
    assertThat(images.of(WORDS, words(1, 101)).patchFrom(before)).isPresent();
    assertThat(images.of(WORDS, words(200, 300)).patchFrom(before)).isEmpty();
  }

  @Test
  void patchesAreWeighedWithoutMakingTheWholeText() {
    Image<Words> image = images.of(WORDS, words(0, 100));
    image.json();
    for (int n = 101; n <= 200; n++) {
      Image<Words> next = images.of(WORDS, words(0, n));
      assertThat(next.patchFrom(image)).isPresent();
      assertThat(next.isWritten()).isFalse();
      image = next;
    }
  }

  @Test
  void copiesOfAMutableStateAreOneImage() {
    Image<Draft> before = images.of(DRAFTS, draft(20));
    assertThat(images.of(DRAFTS, draft(20))).isSameAs(before);
    Image<Draft> after = images.of(DRAFTS, draft(21));
    assertThat(text(after.patchFrom(before)))
        .isEqualTo("[{\"op\":\"add\",\"path\":\"/tags/20\",\"value\":\"tag 20\"}]");
  }

  @Test
  void imagesThatLookAlikeHaveAnEmptyPatch() {
    Image<Words> before = images.of(WORDS, words(0, 3));
    before.json();
    assertThat(text(images.of(WORDS, words(0, 3)).patchFrom(before))).isEqualTo("[]");
  }

  private static String text(Optional<Json> json) {
    return new String(json.orElseThrow().utf8(), UTF_8);
  }
}
