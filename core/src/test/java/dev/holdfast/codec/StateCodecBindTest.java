package dev.holdfast.codec;

import static dev.holdfast.codec.States.codec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.codec.States.Counter;
import dev.holdfast.codec.States.Light;
import dev.holdfast.codec.States.Node;
import dev.holdfast.codec.States.On;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Binding payloads. */
@NullMarked
final class StateCodecBindTest {

  record Add(int by, @Nullable String note, List<String> tags) {}

  private final StateCodec<Counter> codec = codec(new Counter(0));
  private final JsonMapper json = JsonMapper.shared();

  private <P> P bind(String payload, Class<P> type) {
    return codec.bind(json.readTree(payload), type);
  }

  @Test
  void payloadsBecomeRecordsTextsNumbersAndMaps() {
    assertThat(bind("{\"by\":5,\"note\":\"n\",\"tags\":[\"t\"]}", Add.class))
        .isEqualTo(new Add(5, "n", List.of("t")));
    assertThat(bind("\"s\"", String.class)).isEqualTo("s");
    assertThat(bind("5", Integer.class)).isEqualTo(5);
    assertThat((Object) bind("{\"a\":{\"b\":1}}", Map.class))
        .isEqualTo(Map.of("a", Map.of("b", 1)));
    assertThat(bind("{\"@type\":\"On\",\"level\":1}", Light.class)).isInstanceOf(On.class);
    JsonNode node = json.readTree("[1]");
    assertThat(codec.bind(node, JsonNode.class)).isSameAs(node);
    assertThat(codec.bind(json.nullNode(), JsonNode.class).isNull()).isTrue();
  }

  @Test
  @DisplayName("hazard 48, K7: members that a payload has beyond its type are ignored")
  void membersThatAreMissingAreNullAndUnknownOnesIgnored() {
    Add add =
        bind(
            "{\"by\":1,\"__proto__\":{\"by\":2},\"@class\":\"java.lang.Runtime\",\"constructor\":1}",
            Add.class);
    assertThat(add.by()).isEqualTo(1);
    assertThat(add.note()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"by\":null}",
        "{\"by\":\"5\"}",
        "{\"by\":5.0}",
        "{\"by\":true}",
        "{\"by\":[5]}",
        "{\"by\":3000000000}"
      })
  void aWrongOrMissingMemberIsNamed(String payload) {
    assertThatExceptionOfType(UnbindablePayloadException.class)
        .isThrownBy(() -> bind(payload, Add.class))
        .withMessageContaining("\"by\"")
        .withMessageContaining("expected int")
        .withMessageNotContaining("3000000000")
        .withNoCause()
        .satisfies(e -> assertThat(e.path()).isEqualTo("by"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "5", "\"x\"", "\"\""})
  void aPayloadOfAnotherShapeIsRefused(String payload) {
    assertThatExceptionOfType(UnbindablePayloadException.class)
        .isThrownBy(() -> bind(payload, Add.class))
        .withMessageContaining("expected Add")
        .satisfies(e -> assertThat(e.path()).isEmpty());
  }

  @Test
  void textsAreNotMadeFromNumbers() {
    assertThatExceptionOfType(UnbindablePayloadException.class)
        .isThrownBy(() -> bind("5", String.class));
    assertThatExceptionOfType(UnbindablePayloadException.class)
        .isThrownBy(() -> bind("\"5\"", Integer.class));
  }

  @Test
  @DisplayName("hazard 48, K7: payloads that nest deeply are refused")
  void deepPayloadsAreRefused() {
    var top = json.createObjectNode();
    var at = top;
    for (int i = 0; i < 200_000; i++) {
      at = at.putObject("next");
    }
    assertThatExceptionOfType(UnbindablePayloadException.class)
        .isThrownBy(() -> codec.bind(top, Node.class))
        .withMessageContaining("deep");
  }
}
