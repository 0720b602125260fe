package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Sessions that browsers carry in a cookie (laws N1 and N3). */
final class CookieServerTest {

  private static final String INCREMENT =
      "{'type':'dispatchAction','id':'c.%d','module':'Counter','action':'increment'}";

  @AutoClose
  private final GateApp app =
      GateApp.start(o -> o.sessionCookies(true).authenticator(GateApp::byHeader));

  /** The head of the answer to an upgrade. */
  private String upgrade(String... headers) throws Exception {
    try (Socket socket = new Socket("localhost", app.server.port())) {
      socket.setSoTimeout(10_000);
      StringBuilder request =
          new StringBuilder("GET /ws/Counter HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n")
              .append("Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n")
              .append("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n");
      for (int i = 0; i < headers.length; i += 2) {
        request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
      }
      socket.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.US_ASCII));
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = socket.getInputStream().read();
        if (next < 0) {
          break;
        }
        head.append((char) next);
      }
      return head.toString();
    }
  }

  private static Optional<String> setCookie(String head) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("set-cookie:"))
        .map(line -> line.substring("set-cookie:".length()).strip())
        .findFirst();
  }

  private String newCookie() throws Exception {
    return setCookie(upgrade()).orElseThrow().split(";", -1)[0];
  }

  @Test
  @DisplayName(
      "N1: the upgrade gives a client without a session one in a cookie that scripts cannot"
          + " read")
  void theUpgradeSetsACookie() throws Exception {
    String head = upgrade();
    assertThat(head).startsWith("HTTP/1.1 101");
    assertThat(setCookie(head).orElseThrow())
        .startsWith("holdfast=")
        .contains("HttpOnly", "SameSite=Lax", "Path=/");
  }

  @Test
  void aCookieIsTheSession() throws Exception {
    String cookie = newCookie();
    try (TestClient first = app.open("/ws/Counter", "Cookie", cookie).hello(null)) {
      assertThat("holdfast=" + first.token()).isEqualTo(cookie);
      first.next("initialTree");
      first.say(INCREMENT.formatted(1)).next("actionResult");
    }
    assertThat(setCookie(upgrade("Cookie", cookie))).isEmpty();
    try (TestClient second = app.open("/ws/Counter", "Cookie", "x=1; " + cookie).hello(null)) {
      JsonNode ack = second.next("sessionAck");
      assertThat(ack.get("isNew").booleanValue()).isFalse();
      assertThat(second.next("initialTree").get("state").get("count").intValue()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName(
      "a first hello on a connection whose upgrade began the session hears of a new session")
  void theFirstHelloHearsOfANewSession() throws Exception {
    try (TestClient first = app.open("/ws/Counter").hello(null)) {
      JsonNode ack = first.next("sessionAck");
      assertThat(ack.get("isNew").booleanValue()).isTrue();
      assertThat(ack.get("isRestored").booleanValue()).isFalse();
    }
  }

  @Test
  @DisplayName(
      "hello.sessionId wins over the cookie where both are good, and loses where it is not")
  void helloWinsWhereItIsGood() throws Exception {
    String cookie = newCookie();
    try (TestClient other = app.open("/ws/Counter").hello(null)) {
      String token = other.token();
      try (TestClient both = app.open("/ws/Counter", "Cookie", cookie).hello(token)) {
        assertThat(both.token()).isEqualTo(token);
      }
      try (TestClient wrong = app.open("/ws/Counter", "Cookie", cookie).hello("unknown")) {
        assertThat("holdfast=" + wrong.token()).isEqualTo(cookie);
      }
    }
  }

  @Test
  @DisplayName(
      "N3: windows that share a cookie live side by side; a token in hello replaces its own")
  void windowsShareACookie() throws Exception {
    String cookie = newCookie();
    try (TestClient one = app.open("/ws/Counter", "Cookie", cookie).hello(null)) {
      String token = one.token();
      one.next("initialTree");
      try (TestClient two = app.open("/ws/Counter", "Cookie", cookie).hello(null)) {
        two.next("initialTree");
        two.say(INCREMENT.formatted(1)).next("actionResult");
        one.say("{'type':'subscribeState'}").next("stateUpdate");
        assertThat(one.isClosed()).isFalse();
        try (TestClient three = app.open("/ws/Counter").hello(token);
            TestClient four = app.open("/ws/Counter").hello(token)) {
          four.next("initialTree");
          assertThat(three.next("sessionExpired").get("reason").stringValue()).isEqualTo("kicked");
        }
      }
    }
  }

  @Test
  @DisplayName("N1: a log-in at the upgrade sets a new cookie, and the old one is no good")
  void aLogInSetsANewCookie() throws Exception {
    String planted = newCookie();
    String head = upgrade("Cookie", planted, "X-User", "ada");
    String mine = setCookie(head).orElseThrow().split(";", -1)[0];
    assertThat(mine).isNotEqualTo(planted);
    try (TestClient ada = app.open("/ws/Office/ada", "Cookie", mine).hello(null)) {
      ada.next("initialTree");
    }
    try (TestClient attacker = app.open("/ws/Counter", "Cookie", planted).hello(null)) {
      assertThat(attacker.next("sessionAck").get("isNew").booleanValue()).isTrue();
    }
  }

  @Test
  @DisplayName(
      "K7: a session in a cookie that is not admitted is refused with 403 before the upgrade")
  void aSessionThatIsNotAdmittedIsRefusedBeforeTheUpgrade() throws Exception {
    String cookie = newCookie();
    assertThat(app.status("/ws/Office/ada", "Cookie", cookie)).isEqualTo(403);
    assertThat(app.status("/ws/Office/ada", "Cookie", cookie, "X-User", "bob")).isEqualTo(403);
  }

  @Test
  @DisplayName("without the option no cookie is set, and a cookie that a page has set counts")
  void withoutTheOptionNoCookieIsSet() throws Exception {
    try (GateApp plain = GateApp.start(o -> o);
        TestClient first = plain.open("/ws/Counter").hello(null)) {
      String token = first.token();
      try (TestClient second =
          plain.open("/ws/Counter", "Cookie", "holdfast=" + token).hello(null)) {
        assertThat(second.token()).isEqualTo(token);
      }
      try (TestClient third = plain.open("/ws/Counter", "Cookie", "holdfast=nonsense")) {
        assertThat(third.hello(null).next("sessionAck").get("isNew").booleanValue()).isTrue();
      }
    }
  }
}
