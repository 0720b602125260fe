package dev.holdfast.save;

import static dev.holdfast.save.SavePolicy.writeBehind;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The ranges of a policy (law A3). */
final class SavePolicyTest {

  @Test
  @DisplayName("A3: a write-behind may wait for nothing, for its whole maxWait, and for an hour")
  void takesTheEndsOfTheRanges() {
    assertThat(writeBehind(ZERO, ZERO).isCommitted()).isFalse();
    assertThat(writeBehind(ofMillis(5), ofMillis(5)).debounce()).isEqualTo(ofMillis(5));
    assertThat(writeBehind(ofMillis(5), ofHours(1)).maxWait()).isEqualTo(ofHours(1));
    assertThat(SavePolicy.committed().isCommitted()).isTrue();
  }

  @Test
  @DisplayName("A3: what bounds nothing is refused, with the bad value")
  void refusesWhatIsOutside() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writeBehind(ofMillis(-1), ofMillis(5)))
        .withMessageContaining("PT-0.001S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writeBehind(ofMillis(6), ofMillis(5)))
        .withMessageContaining("PT0.006S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writeBehind(ofMillis(6), ofHours(1).plusNanos(1)))
        .withMessageContaining("at most an hour");
  }
}
