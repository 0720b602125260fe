package dev.holdfast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.benchmarks.Measured.Question;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ContestTest {

  private static final int SMALL = 100;
  private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(20);

  @TempDir Path folder;

  @Test
  void peersInProcessesOfTheirOwnAreMeasuredInTurns() throws Exception {
    List<Peer> peers = List.of(Peer.HOLDFAST_10, Peer.RAW_STORE);
    Plan plan = new Plan("short", 2, MOMENT, MOMENT, List.of(SMALL), false);
    Contest.Outcome outcome = new Contest(folder, SMALL, plan).among(peers, peers);
    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.series()).containsOnlyKeys(peers);
    assertThat(outcome.series().values()).allMatch(series -> series.values().size() == 2);
    assertThat(outcome.latencies().values()).allMatch(latency -> latency.most() > 0);
    assertThat(outcome.ratio(Peer.HOLDFAST_10, Peer.RAW_STORE)).isNotNull();
  }

  /** Who says so after each commit. */
  @ParameterizedTest
  @EnumSource(names = {"HOLDFAST_10", "UPSERT", "SPRING_SESSION"})
  void whatIsAcknowledgedIsWhatIsStored(Peer peer) throws Exception {
    worksAndStores(peer);
  }

  @ParameterizedTest
  @EnumSource(names = {"HAZELCAST_THROUGH"})
  @Tag("nightly")
  void soItIsForThoseThatTakeLongToStart(Peer peer) throws Exception {
    worksAndStores(peer);
  }

  private void worksAndStores(Peer peer) throws Exception {
    try (Measured measured = Setting.start(peer, folder, SMALL)) {
      assertThat(measured.run(MOMENT)).isPositive();
      assertThat(measured.answer(Question.STORED))
          .isEqualTo(measured.answer(Question.ACKNOWLEDGED))
          .doesNotContain(0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HOLDFAST_BEHIND", "MAP_COMPUTE", "CAFFEINE_BEHIND", "HOLDFAST_HOT", "LOCK"})
  void thoseInMemoryAct(Peer peer) throws Exception {
    actsIn(peer);
  }

  @ParameterizedTest
  @EnumSource(names = {"HAZELCAST_BEHIND", "INFINISPAN_BEHIND", "WIRE_ACTIONS", "ECHO", "RESTORE"})
  @Tag("nightly")
  void othersActToo(Peer peer) throws Exception {
    actsIn(peer);
  }

  private void actsIn(Peer peer) throws Exception {
    try (Measured measured = Setting.start(peer, folder, SMALL)) {
      assertThat(measured.run(MOMENT)).isPositive();
    }
  }
}
