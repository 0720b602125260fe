package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.StateStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who is let in before the upgrade, and as whom. */
final class AuthenticatorServerTest {

  private static final String INCREMENT =
      "{'type':'dispatchAction','id':'c.1','module':'Office','action':'increment'}";

  @Test
  void anAuthenticatorSeesTheRequest() throws Exception {
    CompletableFuture<ClientRequest> seen = new CompletableFuture<>();
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    Authenticator authenticator =
        request -> {
          seen.complete(request);
          thread.complete(Thread.currentThread());
          return Authenticator.anonymous();
        };
    try (GateApp app = GateApp.start(o -> o.authenticator(authenticator));
        TestClient client = app.open("/ws/Counter?x=1", "Cookie", "a=1; login=ada=x", "X-A", "b")) {
      client.hello(null).next("initialTree");
      ClientRequest request = seen.get(10, TimeUnit.SECONDS);
      assertThat(request.path()).isEqualTo("/ws/Counter");
      assertThat(request.cookie("login")).contains("ada=x");
      assertThat(request.cookie("none")).isEmpty();
      assertThat(request.header("x-a")).contains("b");
      assertThat(request.headers("X-A")).containsExactly("b");
      assertThat(request.remoteAddress().getAddress().isLoopbackAddress()).isTrue();
      assertThat(request.toString()).doesNotContain("ada");
      assertThat(thread.join().isVirtual()).isTrue();
    }
  }

  @Test
  void aRefusedClientGetsTheStatusAndNoSession() {
    try (GateApp app = GateApp.start(o -> o.authenticator(request -> Authenticator.refuse(401)))) {
      assertThat(app.status("/ws/Counter")).isEqualTo(401);
      assertThat(app.app.sessions().connected() + app.app.sessions().waiting()).isZero();
    }
  }

  @Test
  @DisplayName(
      "A5: what an authenticator throws refuses the client, and the next one is asked anew")
  void whatAnAuthenticatorThrowsRefuses() throws Exception {
    Authenticator authenticator =
        request -> {
          if (request.header("X-Bad").isPresent()) {
            throw new IOException("secret detail");
          }
          return Authenticator.anonymous();
        };
    try (GateApp app = GateApp.start(o -> o.authenticator(authenticator))) {
      assertThat(app.status("/ws/Counter", "X-Bad", "1")).isEqualTo(500);
      try (TestClient client = app.open("/ws/Counter").hello(null)) {
        client.next("initialTree");
      }
    }
  }

  @Test
  @DisplayName("A7: an authenticator that hangs refuses with 503, is interrupted, and others go on")
  void anAuthenticatorThatHangsRefuses() throws Exception {
    CompletableFuture<String> interrupted = new CompletableFuture<>();
    CountDownLatch never = new CountDownLatch(1);
    Authenticator authenticator =
        request -> {
          if (request.header("X-Slow").isPresent()) {
            try {
              never.await();
            } catch (InterruptedException e) {
              interrupted.complete("yes");
              throw e;
            }
          }
          return Authenticator.anonymous();
        };
    try (GateApp app =
        GateApp.start(
            o -> o.authenticator(authenticator).authenticatorTimeout(Duration.ofMillis(50)))) {
      assertThat(app.refusal("/ws/Counter", "X-Slow", "1").statusCode()).isEqualTo(503);
      assertThat(interrupted.get(10, TimeUnit.SECONDS)).isEqualTo("yes");
      try (TestClient client = app.open("/ws/Counter").hello(null)) {
        client.next("initialTree");
      }
    }
  }

  @Test
  void aPrincipalIsTheSessionsAndOutlivesTheServer() throws Exception {
    var store = StateStore.inMemory();
    String token;
    try (GateApp app = GateApp.start(store, o -> o.authenticator(GateApp::byHeader));
        TestClient ada = app.open("/ws/Office/ada", "X-User", "ada").hello(null)) {
      token = ada.token();
      ada.next("initialTree");
      ada.say(INCREMENT).next("actionResult");
    }
    try (GateApp app = GateApp.start(store, o -> o);
        TestClient ada = app.open("/ws/Office/ada").hello(token)) {
      assertThat(ada.next("initialTree").get("state").get("count").intValue()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName(
      "K7: admit decides with the principal; a session that is not admitted gets an error"
          + " and 1008")
  void admitDecidesWithThePrincipal() throws Exception {
    try (GateApp app = GateApp.start(o -> o.authenticator(GateApp::byHeader));
        TestClient bob = app.open("/ws/Office/ada", "X-User", "bob").hello(null);
        TestClient nobody = app.open("/ws/Office/ada").hello(null)) {
      assertThat(bob.next("error").get("code").stringValue()).isEqualTo("not-admitted");
      assertThat(bob.closeCode()).isEqualTo(1008);
      assertThat(nobody.next("error").get("code").stringValue()).isEqualTo("not-admitted");
      assertThat(nobody.closeCode()).isEqualTo(1008);
    }
  }

  @Test
  @DisplayName("K7: a byId module without admit refuses the upgrade with 403")
  void aModuleThatAdmitsNobodyRefusesTheUpgrade() {
    try (GateApp app = GateApp.start(o -> o)) {
      assertThat(app.status("/ws/Vault/gold")).isEqualTo(403);
    }
  }

  @Test
  @DisplayName("N1: nobody gets the session of somebody else by its token")
  void nobodyGetsTheSessionOfSomebodyElse() throws Exception {
    try (GateApp app = GateApp.start(o -> o.authenticator(GateApp::byHeader));
        TestClient ada = app.open("/ws/Counter", "X-User", "ada").hello(null)) {
      String token = ada.token();
      try (TestClient bob = app.open("/ws/Counter", "X-User", "bob").hello(token)) {
        var ack = bob.next("sessionAck");
        assertThat(ack.get("isNew").booleanValue()).isTrue();
        assertThat(ack.get("sessionId").stringValue()).isNotEqualTo(token);
        assertThat(ada.isClosed()).isFalse();
      }
    }
  }

  @Test
  @DisplayName("N1: who logs in gets a new token with the ack, and a planted one leads nowhere")
  void whoLogsInGetsANewToken() throws Exception {
    try (GateApp app = GateApp.start(o -> o.authenticator(GateApp::byHeader))) {
      String planted;
      try (TestClient attacker = app.open("/ws/Counter").hello(null)) {
        planted = attacker.token();
      }
      try (TestClient ada = app.open("/ws/Counter", "X-User", "ada").hello(planted)) {
        assertThat(ada.token()).isNotEqualTo(planted);
        ada.next("initialTree");
        try (TestClient attacker = app.open("/ws/Counter").hello(planted)) {
          assertThat(attacker.next("sessionAck").get("isNew").booleanValue()).isTrue();
          assertThat(ada.isClosed()).isFalse();
        }
      }
    }
  }

  @Test
  @DisplayName("K7: modules over plain HTTP are no way around the authenticator, nor around admit")
  void plainHttpIsNoWayAround() throws Exception {
    try (GateApp app =
        GateApp.start(
            o ->
                o.authenticator(
                    request ->
                        request.header("X-Bad").isPresent()
                            ? Authenticator.refuse(401)
                            : GateApp.byHeader(request)))) {
      assertThat(get(app, "/modules/Counter", "X-Bad", "1")).isEqualTo(401);
      assertThat(get(app, "/modules/Office/ada", "X-User", "ada")).isEqualTo(200);
      assertThat(get(app, "/modules/Office/ada", "X-User", "bob")).isEqualTo(403);
      assertThat(get(app, "/modules/Office/ada", "X-None", "1")).isEqualTo(403);
    }
  }

  private static int get(GateApp app, String path, String header, String value) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + app.server.port() + path))
            .header(header, value)
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }

  @Test
  void aBadOptionIsRefusedWithItsRange() {
    assertThatThrownBy(
            () -> GateApp.start(o -> o.authenticatorTimeout(Duration.ofSeconds(21))).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("authenticatorTimeout")
        .hasMessageContaining("21");
    assertThatThrownBy(() -> Authenticator.refuse(200))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("200");
  }
}
