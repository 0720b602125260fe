package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Envelope.UnreadableContentException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The content of a record: what was once written stays readable, and nothing else is. */
class EnvelopeTest {

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] golden() throws Exception {
    try (InputStream file =
        Objects.requireNonNull(EnvelopeTest.class.getResourceAsStream("record-format-1.json"))) {
      return file.readAllBytes();
    }
  }

  @Test
  void readsFormatOneAsItWasFirstWritten() throws Exception {
    Envelope envelope = Envelope.decode(golden());
    assertThat(new String(envelope.state(), StandardCharsets.UTF_8))
        .isEqualTo("{\"count\":42,\"about\":\"\\\"quoted\\\", } and ünïcode\"}");
    assertThat(envelope.ids())
        .isEqualTo(
            Map.of(
                "3Yc0vQ5tT1mXo9rB2kLw8A/k3jx",
                new ActionIds.Client(17, 131_071, 1_790_000_000_000L)));
  }

  @Test
  void writesFormatOneAsItWasFirstWritten() throws Exception {
    Envelope envelope = Envelope.decode(golden());
    assertThat(envelope.encode()).isEqualTo(golden());
  }

  @Test
  void leavesOutIdsWhenThereAreNone() {
    byte[] content = new Envelope(bytes("[1, 2]"), Map.of()).encode();
    assertThat(content).isEqualTo(bytes("{\"format\":1,\"state\":[1, 2]}"));
    assertThat(Envelope.decode(content).state()).isEqualTo(bytes("[1, 2]"));
  }

  @Test
  void namesOfSessionsMayHoldAnything() {
    var ids = Map.of("@a \"b\"\n\\ü\u0000/c", new ActionIds.Client(1, 1, 2));
    assertThat(Envelope.decode(new Envelope(bytes("null"), ids).encode()).ids()).isEqualTo(ids);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "{\"format\":1}",
        "{\"format\":1,\"state\":{}",
        "{\"format\":1,\"state\":{}} {}",
        "{\"format\":1,\"state\":{},\"state\":{}}",
        "{\"format\":\"1\",\"state\":{}}",
        "{\"format\":1,\"ids\":[],\"state\":{}}",
        "{\"format\":1,\"ids\":{\"a\":[1,2]},\"state\":{}}",
        "{\"format\":1,\"ids\":{\"a\":[1,2,\"3\"]},\"state\":{}}",
        "{\"state\":{}}"
      })
  void refusesWhatIsNoEnvelope(String content) {
    assertThatThrownBy(() -> Envelope.decode(bytes(content)))
        .isInstanceOf(UnreadableContentException.class);
  }

  @Test
  void refusesALaterFormatNamingBoth() {
    assertThatThrownBy(() -> Envelope.decode(bytes("{\"format\":2,\"state\":{}}")))
        .hasMessageContaining("2")
        .hasMessageContaining("1");
  }
}
