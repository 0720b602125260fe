package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.StateRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What clients that stop reading cost the server and the others: actions of one client on a state
 * that all of them watch, with them and without them by turns. Prints what it measured.
 */
@Tag("nightly")
final class SlowClientNightlyTest {

  private static final int ROUNDS = 3;
  private static final int UPDATES = 10_000;
  private static final int WARM_UP = 2_000;
  private static final int DEAF = 10;

  @Test
  @DisplayName("clients that stop reading while 10,000 updates pass slow nobody down")
  void othersAreNotSlowedDown() throws Exception {
    List<Double> middle = new ArrayList<>();
    List<Double> slowest = new ArrayList<>();
    List<Double> mebibytes = new ArrayList<>();
    round(0, WARM_UP, new ArrayList<>());
    for (int n = 0; n < ROUNDS; n++) {
      List<Long> alone = round(0, UPDATES, new ArrayList<>());
      List<Long> beside = round(DEAF, UPDATES, mebibytes);
      middle.add((double) part(beside, 0.5) / part(alone, 0.5));
      slowest.add((double) part(beside, 0.99) / part(alone, 0.99));
      System.out.printf(
          Locale.ROOT,
          "%,d updates: p50 %.3f ms, p99 %.3f ms; beside %d clients that stopped reading: p50 %.3f"
              + " ms, p99 %.3f ms, and %.1f MiB more in use%n",
          UPDATES,
          part(alone, 0.5) / 1e6,
          part(alone, 0.99) / 1e6,
          DEAF,
          part(beside, 0.5) / 1e6,
          part(beside, 0.99) / 1e6,
          mebibytes.getLast());
    }
    System.out.printf(
        Locale.ROOT,
        "Others' latency with them over without them, median of %d rounds: p50 %.2f, p99 %.2f%n",
        ROUNDS,
        part(middle, 0.5),
        part(slowest, 0.5));
    assertThat(part(middle, 0.5)).as("others' latency, ratio").isLessThan(2);
    assertThat(part(mebibytes, 0.5)).as("MiB").isLessThan(8 * DEAF + 16);
  }

  /** How long each action took until it was seen and answered, in nanoseconds. */
  private static List<Long> round(int deaf, int updates, List<Double> mebibytes) throws Exception {
    List<RawClient> stuck = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    try (TestApp app = TestApp.start(o -> o.maxActionsPerSecond(1_000_000));
        TestClient acting = app.open("/ws/Board").hello(null)) {
      acting.next("initialTree");
      acting.say("{'type':'subscribeState'}");
      for (int n = 0; n < deaf; n++) {
        RawClient one = RawClient.openDeaf(app.server().port(), "/ws/Board");
        stuck.add(one);
        one.say("{'type':'hello'}");
        one.say("{'type':'subscribeState'}");
      }
      StateRef<TestApp.Board> board = app.holdfast().ref(TestApp.BOARD);
      long before = Memory.inUse().bytes();
      for (int n = 1; n <= updates; n++) {
        long began = System.nanoTime();
        acting.say(
            "{'type':'dispatchAction','id':'c.%d','module':'Board','action':'count'}".formatted(n));
        acting.next("actionResult");
        times.add(System.nanoTime() - began);
      }
      mebibytes.add((Memory.inUse().bytes() - before) / 1048576.0);
      assertThat(board.state().count()).isEqualTo(updates);
      assertThat(app.holdfast().sessions().connected()).isEqualTo(1 + deaf);
    } finally {
      for (RawClient one : stuck) {
        one.close();
      }
    }
    return times;
  }

  private static <T extends Comparable<T>> T part(List<T> values, double share) {
    List<T> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get((int) Math.min(sorted.size() - 1, Math.round(sorted.size() * share)));
  }
}
