package dev.holdfast.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a key can be (law K1). */
final class StateKeyTest {

  @Test
  @DisplayName("K1: an id has up to 4,096 characters, and not one more")
  void takesTheLongestId() {
    assertThat(StateKey.keyed("M", "x".repeat(4_096)).id()).hasSize(4_096);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StateKey.keyed("M", "x".repeat(4_097)))
        .withMessageContaining("4097")
        .withMessageContaining("4096")
        .withMessageNotContaining("xx");
  }

  @Test
  @DisplayName("K1: blank names and ids are refused")
  void refusesBlanks() {
    assertThatIllegalArgumentException().isThrownBy(() -> StateKey.global(" "));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StateKey.session("M", "\t"))
        .withMessageContaining("module M");
    assertThatIllegalArgumentException().isThrownBy(() -> StateKey.keyed("M", ""));
  }

  @Test
  void hashesAlikeInEveryRun() {
    assertThat(StateKey.global("M")).hasSameHashCodeAs(StateKey.global("M"));
    int scope = "KEYED".hashCode();
    assertThat(StateKey.keyed("M", "a").hashCode()).isEqualTo((77 * 31 + scope) * 31 + 97);
  }
}
