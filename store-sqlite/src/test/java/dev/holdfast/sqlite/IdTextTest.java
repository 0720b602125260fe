package dev.holdfast.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class IdTextTest {

  @Test
  void ordinaryIdsStayReadable() {
    for (String id : new String[] {"s-42", "user@example.org", "a/b", "Zoë", "日本", "🙂", "a b "}) {
      assertThat(IdText.encode(id)).isEqualTo(id);
    }
  }

  @Test
  void whatSqliteCannotHoldIsEscaped() {
    assertThat(IdText.encode("a\u0000%\ud83d")).isEqualTo("a%0000%0025%d83d");
    assertThat(IdText.encode("\ude42\ud83d")).isEqualTo("%de42%d83d");
  }

  @Test
  void everyIdComesBackThroughUtf8() {
    Random random = new Random(7);
    String alphabet = "aA%0\u0000\n\u007fé\ud83d\ude42\uffff ";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder id = new StringBuilder();
      for (int i = random.nextInt(8); i >= 0; i--) {
        id.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      String text = IdText.encode(id.toString());
      String stored = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      assertThat(IdText.decode(stored)).isEqualTo(id.toString());
    }
  }

  @Test
  void whatIsNoEscapeIsRefused() {
    assertThatThrownBy(() -> IdText.decode("a%00")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> IdText.decode("%zzzz")).isInstanceOf(IllegalArgumentException.class);
  }
}
