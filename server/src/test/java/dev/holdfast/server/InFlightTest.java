package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class InFlightTest {

  private final InFlight running = new InFlight();

  @Test
  void stoppingWaitsForWhatRunsAndLetsNothingMoreBegin() {
    assertThat(running.begin()).isTrue();
    assertThat(running.begin()).isTrue();
    CompletableFuture<Void> quiet = running.stop();
    assertThat(running.begin()).isFalse();
    running.end();
    assertThat(quiet).isNotCompleted();
    running.end();
    assertThat(quiet).isCompleted();
  }

  @Test
  void whereNothingRunsItIsQuietAtOnce() {
    assertThat(running.begin()).isTrue();
    running.end();
    assertThat(running.stop()).isCompleted();
  }

  @Test
  void whoWaitsIsToldWithoutALock() {
    assertThat(running.begin()).isTrue();
    CompletableFuture<Boolean> locked = running.stop().thenApply(none -> Thread.holdsLock(running));
    running.end();
    assertThat(locked).isCompletedWithValue(false);
  }
}
