package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

final class CrowdTest {

  private final Crowd crowd = new Crowd(3, 2);

  @Test
  void noMoreThanTheBoundComeFromOneAddress() {
    assertThat(crowd.enter(from("10.0.0.1"))).isTrue();
    assertThat(crowd.enter(from("10.0.0.1"))).isTrue();
    assertThat(crowd.enter(from("10.0.0.1"))).isFalse();
    assertThat(crowd.enter(from("10.0.0.2"))).isTrue();
  }

  @Test
  void noMoreThanTheBoundComeAltogether() {
    for (int n = 1; n <= 3; n++) {
      assertThat(crowd.enter(from("10.0.0." + n))).isTrue();
    }
    assertThat(crowd.enter(from("10.0.0.9"))).isFalse();
    crowd.leave(from("10.0.0.2"));
    assertThat(crowd.enter(from("10.0.0.9"))).isTrue();
  }

  @Test
  void whoLeavesMakesRoom() {
    assertThat(crowd.enter(from("10.0.0.1"))).isTrue();
    assertThat(crowd.enter(from("10.0.0.1"))).isTrue();
    crowd.leave(from("10.0.0.1"));
    assertThat(crowd.enter(from("10.0.0.1"))).isTrue();
    assertThat(crowd.size()).isEqualTo(2);
  }

  @Test
  void theAddressesOfOneNetworkAreOne() {
    assertThat(crowd.enter(from("2001:db8:1:1::1"))).isTrue();
    assertThat(crowd.enter(from("2001:db8:1:1::2"))).isTrue();
    assertThat(crowd.enter(from("2001:db8:1:1:ffff::3"))).isFalse();
    assertThat(crowd.enter(from("2001:db8:1:2::1"))).isTrue();
  }

  private static InetSocketAddress from(String address) {
    return new InetSocketAddress(address, 4711);
  }
}
