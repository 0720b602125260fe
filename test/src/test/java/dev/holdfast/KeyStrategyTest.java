package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a key strategy refuses, and how it is called in messages. */
final class KeyStrategyTest {

  @Test
  @DisplayName("K2: a guest's record is the session's own, and another strategy is refused by name")
  void aGuestsRecordIsTheSessionsOwn() {
    List<KeyStrategy<String>> others =
        List.of(
            KeyStrategy.global(),
            KeyStrategy.byId(),
            KeyStrategy.withKey(state -> state),
            KeyStrategy.withKey(state -> state, KeyStrategy.session()));
    List<String> names = List.of("global()", "byId()", "withKey(..)", "withKey(.., session())");
    for (int i = 0; i < names.size(); i++) {
      KeyStrategy<String> other = others.get(i);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> KeyStrategy.withKey(state -> state, other))
          .withMessageContaining("session()")
          .withMessageEndingWith("got " + names.get(i));
    }
  }
}
