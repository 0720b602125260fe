package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Envelope.UnreadableContentException;
import dev.holdfast.store.Revision;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The content of a record: what was once written stays readable, and nothing else is. */
class EnvelopeTest {

  private static final Envelope GOLDEN =
      new Envelope(
          bytes("{\"count\":42,\"about\":\"\\\"quoted\\\", } and ünïcode\"}"),
          Map.of(
              "3Yc0vQ5tT1mXo9rB2kLw8A/k3jx",
              new ActionIds.Client(17, 131_071, 1_790_000_000_000L)));

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertGolden(Envelope envelope) {
    assertThat(envelope.state()).isEqualTo(GOLDEN.state());
    assertThat(envelope.ids()).isEqualTo(GOLDEN.ids());
  }

  @Test
  void readsFormatOneAsItWasFirstWritten() {
    assertGolden(Envelope.decode(GoldenFiles.read("record-format-1.json"), 1));
  }

  @Test
  void readsAndWritesFormatTwoAsItWasFirstWritten() {
    byte[] golden = GoldenFiles.read("record-format-2.json");
    assertGolden(Envelope.decode(golden, 3));
    assertThat(GOLDEN.encode(3)).isEqualTo(golden);
  }

  @Test
  void readsAndWritesAGuestThatIsInTheStateAsItWasFirstWritten() {
    byte[] golden = GoldenFiles.read("record-format-2-guest.json");
    Map<String, ActionIds.Client> ids = Envelope.decode(golden, 1).ids();
    assertThat(ActionIds.of(ids).adopted("9xQmZ2cLw1rT5vYbN7kJ3A"))
        .isEqualTo(new Revision(-8_120_034_418_563_972_077L, 3));
    assertThat(ActionIds.of(ids).of("9xQmZ2cLw1rT5vYbN7kJ3A")).isEmpty();
    byte[] state = bytes("{\"owner\":\"alice\",\"items\":[\"cart\"]}");
    assertThat(new Envelope(state, ids).encode(1)).isEqualTo(golden);
  }

  @Test
  void leavesOutIdsWhenThereAreNone() {
    byte[] content = new Envelope(bytes("[1, 2]"), Map.of()).encode(1);
    assertThat(new String(content, StandardCharsets.UTF_8))
        .matches("\\{\"format\":2,\"crc\":\"[0-9a-f]{8}\",\"state\":\\[1, 2]}");
    assertThat(Envelope.decode(content, 1).state()).isEqualTo(bytes("[1, 2]"));
  }

  @Test
  void namesOfSessionsMayHoldAnything() {
    var ids = Map.of("@a \"b\"\n\\ü\u0000/c", new ActionIds.Client(1, 1, 2));
    assertThat(Envelope.decode(new Envelope(bytes("null"), ids).encode(1), 1).ids()).isEqualTo(ids);
  }

  @Test
  @DisplayName("hazard 22, R3: no single byte changes unnoticed, whatever it becomes")
  void everyChangedByteIsFound() {
    byte[] content = GOLDEN.encode(1);
    for (int i = 0; i < content.length; i++) {
      for (int value = 0; value < 256; value++) {
        byte[] damaged = content.clone();
        damaged[i] = (byte) value;
        if (damaged[i] != content[i] && isRead(damaged)) {
          throw new AssertionError("Byte %d is read as %d".formatted(i, value));
        }
      }
    }
  }

  private static boolean isRead(byte[] content) {
    try {
      return Envelope.decode(content, 1) != null;
    } catch (UnreadableContentException e) {
      return false;
    }
  }

  @Test
  @DisplayName("hazard 22, R3: no part that is missing, doubled or moved goes unnoticed")
  void missingAndDoubledPartsAreFound() {
    byte[] content = GOLDEN.encode(1);
    for (int i = 0; i < content.length; i++) {
      byte[] cut = Arrays.copyOf(content, i);
      assertThatThrownBy(() -> Envelope.decode(cut, 1))
          .isInstanceOf(UnreadableContentException.class);
      byte[] without = new byte[content.length - 1];
      System.arraycopy(content, 0, without, 0, i);
      System.arraycopy(content, i + 1, without, i, content.length - i - 1);
      assertThatThrownBy(() -> Envelope.decode(without, 1))
          .isInstanceOf(UnreadableContentException.class);
      byte[] doubled = new byte[content.length + 1];
      System.arraycopy(content, 0, doubled, 0, i);
      System.arraycopy(content, i, doubled, i + 1, content.length - i);
      doubled[i] = ' ';
      assertThatThrownBy(() -> Envelope.decode(doubled, 1))
          .isInstanceOf(UnreadableContentException.class);
    }
  }

  @Test
  @DisplayName(
      "R5: a schema version that is not the one written is found, before a step runs twice")
  void anotherSchemaVersionIsFound() {
    byte[] content = GOLDEN.encode(2);
    assertThat(Envelope.decode(content, 2).state()).isEqualTo(GOLDEN.state());
    for (int other : new int[] {1, 3, 2 << 8, 2 << 24}) {
      assertThatThrownBy(() -> Envelope.decode(content, other))
          .isInstanceOf(UnreadableContentException.class)
          .hasMessageContaining("damaged");
    }
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
        "{\"format\":1,\"state\":{},\"alarms\":[]}",
        "{\"format\":1,\"crc\":\"00000000\",\"state\":{}}",
        "{\"format\":2,\"state\":{}}",
        "{\"format\":2,\"crc\":\"\",\"state\":{}}",
        "{\"format\":2,\"crc\":\"00000000\",\"state\":{}}",
        "{\"state\":{}}"
      })
  void refusesWhatIsNoEnvelope(String content) {
    assertThatThrownBy(() -> Envelope.decode(bytes(content), 1))
        .isInstanceOf(UnreadableContentException.class);
  }

  @Test
  void refusesALaterFormatNamingAllThree() {
    assertThatThrownBy(() -> Envelope.decode(bytes("{\"format\":3,\"state\":{}}"), 1))
        .hasMessageContaining("is 3")
        .hasMessageContaining("1 and 2");
  }
}
