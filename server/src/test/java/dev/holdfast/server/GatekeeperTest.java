package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Authenticator.Decision;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class GatekeeperTest {

  private static final int ROOM = 1_024;

  private final ClientRequest request =
      new ClientRequest("/ws/Counter", new DefaultHttpHeaders(), null);

  @Test
  @DisplayName("an authenticator that is slow has 1,024 clients at most; others get 503 at once")
  void thereIsRoomForSoManyInTheAuthenticator() throws Exception {
    CountDownLatch inside = new CountDownLatch(ROOM);
    CountDownLatch open = new CountDownLatch(1);
    Authenticator slow =
        asked -> {
          inside.countDown();
          open.await();
          return Authenticator.known("ada");
        };
    Gatekeeper gatekeeper =
        new Gatekeeper(
            slow, Duration.ofSeconds(20), new FakeSessions(), new SessionCookie(false), false);
    List<CompletableFuture<Decision>> decisions = new ArrayList<>();
    for (int n = 0; n < ROOM; n++) {
      CompletableFuture<Decision> decision = new CompletableFuture<>();
      decisions.add(decision);
      Thread.startVirtualThread(() -> decision.complete(gatekeeper.decide(request)));
    }
    assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(gatekeeper.decide(request)).isEqualTo(Authenticator.refuse(503));
    open.countDown();
    for (CompletableFuture<Decision> decision : decisions) {
      assertThat(decision.get(10, TimeUnit.SECONDS)).isEqualTo(Authenticator.known("ada"));
    }
    assertThat(gatekeeper.decide(request)).isEqualTo(Authenticator.known("ada"));
  }
}
