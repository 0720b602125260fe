package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("law S4: what was answered runs again in order on another writer's record")
final class ReplayLogTest {

  private static final Object STATE = "state";

  private final ReplayLog<String> log = new ReplayLog<>();

  private static Turn<String> turn(long sequence) {
    Turn<String> turn =
        Turn.computing(
            Turn.Kind.ACTION,
            "action " + sequence,
            (instance, state) -> state + sequence,
            ActionId.parse("", "client." + sequence),
            null);
    turn.sequence = sequence;
    turn.place = 10 * sequence;
    turn.weight = 100 + sequence;
    turn.bytes = (int) sequence;
    turn.noted = sequence % 2 == 0;
    turn.raised = true;
    return turn;
  }

  @Test
  void turnsComeBackInOrderAsTheyWereThroughGrowthAndAroundTheRing() {
    for (long n = 1; n <= 40; n++) {
      log.add(turn(n));
      if (n % 3 == 0) {
        assertThat(log.remove()).isEqualTo(100 + n / 3);
      }
    }
    List<Turn<String>> turns = log.turns(STATE);
    assertThat(turns).extracting(turn -> turn.sequence).isSorted().hasSize(27);
    assertThat(turns.getFirst().sequence).isEqualTo(14);
    for (Turn<String> turn : turns) {
      Turn<String> as = turn(turn.sequence);
      assertThat(turn.title).isEqualTo(as.title);
      assertThat(turn.id).isEqualTo(as.id);
      assertThat(turn.place).isEqualTo(as.place);
      assertThat(turn.weight).isEqualTo(as.weight);
      assertThat(turn.bytes).isEqualTo(as.bytes);
      assertThat(turn.noted).isEqualTo(as.noted);
      assertThat(turn.raised).isTrue();
      assertThat(turn.isInline()).isTrue();
    }
  }

  @Test
  void aTurnThatComesBackIsAnsweredAndOver() {
    log.add(turn(1));
    Turn<String> again = log.turns(STATE).getFirst();
    assertThat(again.done).isCompletedWithValue(STATE);
    assertThat(again.wasOver()).isTrue();
  }

  @Test
  void aTurnThatCarriesMoreIsKeptAsItIs() {
    Turn<String> unbinding = turn(1);
    unbinding.unbinds = true;
    log.add(unbinding);
    assertThat(log.turns(STATE)).containsExactly(unbinding);
  }

  @Test
  void turnsThatDoTheSameAreCountedAndComeBackOneByOne() {
    Turn.Computation<String> same = (instance, state) -> state + ".";
    for (long n = 1; n <= 10; n++) {
      Turn<String> turn =
          n == 6 ? turn(n) : Turn.computing(Turn.Kind.ACTION, "dot", same, null, null);
      turn.sequence = n;
      turn.place = 2 * n;
      turn.weight = 7;
      turn.bytes = 0;
      turn.noted = false;
      log.add(turn);
    }
    assertThat(log.size()).isEqualTo(10);
    assertThat(log.removeUpTo(2)).isEqualTo(14);
    assertThat(log.remove()).isEqualTo(7);
    List<Turn<String>> turns = log.turns(STATE);
    assertThat(turns)
        .extracting(turn -> turn.sequence)
        .containsExactly(4L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(turns).extracting(turn -> turn.place).isSorted().doesNotHaveDuplicates();
    assertThat(turns.get(2).title).isEqualTo("action 6");
    assertThat(log.removeUpTo(8)).isEqualTo(35);
    assertThat(log.size()).isEqualTo(2);
    log.remove();
    log.remove();
    assertThat(log.isEmpty()).isTrue();
  }

  @Test
  void oneWithoutAnythingIsEmpty() {
    assertThat(log.isEmpty()).isTrue();
    log.add(turn(1));
    assertThat(log.size()).isEqualTo(1);
    log.remove();
    assertThat(log.isEmpty()).isTrue();
  }
}
