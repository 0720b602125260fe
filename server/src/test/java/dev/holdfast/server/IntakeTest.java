package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class IntakeTest {

  private final FakeTransport transport = new FakeTransport();
  private final Intake intake = new Intake(transport, 4, 1_000);

  @Test
  void stopsReadingAtTheBoundAndGoesOnAtHalf() {
    arrive(3, 1);
    assertThat(transport.isReading()).isTrue();
    arrive(1, 1);
    assertThat(transport.isReading()).isFalse();
    intake.handled(1);
    assertThat(transport.isReading()).isFalse();
    intake.handled(1);
    assertThat(transport.isReading()).isTrue();
  }

  @Test
  void boundsBytesToo() {
    arrive(1, 1_000);
    assertThat(transport.isReading()).isFalse();
    intake.handled(1_000);
    assertThat(transport.isReading()).isTrue();
  }

  private void arrive(int frames, int size) {
    for (int i = 0; i < frames; i++) {
      intake.arrived(size);
    }
  }
}
