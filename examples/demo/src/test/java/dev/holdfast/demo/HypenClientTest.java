package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.demo.HypenClients.Client;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The npm client whose protocol this is, unmodified, against the demo in a process of its own. */
final class HypenClientTest {

  private static final String LONG = "x".repeat(4_000);

  @TempDir Path folder;

  @SuppressWarnings("NullAway.Init") // made before each
  private HypenClients clients;

  @SuppressWarnings("NullAway.Init") // made before each
  private DemoProcess demo;

  private int port;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    clients = HypenClients.start();
    demo = DemoProcess.launch(folder, 0);
    port = demo.port();
  }

  @AfterEach
  void stop() {
    if (demo != null) {
      demo.close();
      clients.close();
    }
  }

  private void startAgain() throws IOException {
    demo = DemoProcess.launch(folder, port);
    assertThat(demo.port()).isEqualTo(port);
  }

  private static String id(JsonNode session) {
    return session.get("sessionId").asString();
  }

  private static void isRestored(JsonNode session, String id) {
    assertThat(id(session)).isEqualTo(id);
    assertThat(session.get("isNew").asBoolean()).isFalse();
    assertThat(session.get("isRestored").asBoolean()).isTrue();
  }

  private static void isNew(JsonNode session) {
    assertThat(session.get("isNew").asBoolean()).isTrue();
    assertThat(session.get("isRestored").asBoolean()).isFalse();
  }

  @Test
  void aNewSessionIsMadeAndResumed() {
    Client first = clients.client("first").connect(port, "Counter");
    JsonNode session = first.session();
    isNew(session);
    first.counts(0);
    first.dispatch("increment", Map.of("by", 7));
    first.counts(7);
    first.disconnect();

    Map<String, Object> known = Map.of("id", id(session), "props", Map.of("platform", "test"));
    Client second = clients.client("second").connect(port, "Counter", known, true);
    isRestored(second.session(), id(session));
    second.counts(7);
  }

  @Test
  @DisplayName("hazard 30, S6: SIGTERM, and the client goes on where it was")
  void aRestartBySigtermKeepsSessionAndState() throws Exception {
    Client client = clients.client("client").connect(port, "Counter");
    String id = id(client.session());
    client.dispatch("increment", Map.of("by", 3));
    client.counts(3);
    demo.terminate();
    assertThat(demo.exitCode()).isZero();
    startAgain();
    isRestored(client.session(), id);
    client.counts(3);
    client.dispatch("increment");
    client.counts(4);
  }

  @Test
  @DisplayName("hazard 31, A3: SIGKILL, and the client goes on where it was")
  void aRestartBySigkillKeepsSessionAndWhatWasShown() throws Exception {
    Client client = clients.client("client").connect(port, "Counter");
    String id = id(client.session());
    for (int i = 1; i <= 20; i++) {
      client.dispatch("increment");
    }
    client.counts(20);
    demo.kill();
    startAgain();
    isRestored(client.session(), id);
    client.counts(20);
    client.dispatch("increment");
    client.counts(21);
  }

  @Test
  @DisplayName("N3: a second connection takes the session over")
  void theOldConnectionIsKicked() {
    Client old = clients.client("old").connect(port, "Counter", Map.of(), false);
    String id = id(old.session());
    Client taker = clients.client("taker").connect(port, "Counter", Map.of("id", id), false);
    isRestored(taker.session(), id);
    assertThat(old.event("expired").get("reason").asString()).isEqualTo("kicked");
    old.event("gone");
    taker.dispatch("increment");
    taker.counts(1);
  }

  @Test
  @DisplayName("N3: one session may be about two modules at once")
  void twoModulesOfOneSessionDoNotKickEachOther() {
    Client counter = clients.client("counter").connect(port, "Counter");
    String id = id(counter.session());
    Client chat = clients.client("chat").connect(port, "Chat", Map.of("id", id), true);
    isRestored(chat.session(), id);
    counter.dispatch("increment");
    counter.counts(1);
    chat.dispatch("say", Map.of("from", "Ada", "text", "still here"));
    chat.state(state -> state.get("total").asInt() == 1);
  }

  @Test
  @DisplayName("hazard 46, K6: a message is seen by all, live")
  void theChatIsLive() {
    Client ada = clients.client("ada").connect(port, "Chat");
    Client bob = clients.client("bob").connect(port, "Chat");
    ada.session();
    bob.session();
    ada.dispatch("say", Map.of("from", "Ada", "text", "hello"));
    bob.state(state -> state.get("total").asInt() == 1);
    bob.dispatch("say", Map.of("from", "Bob", "text", "hi"));
    JsonNode chat = ada.state(state -> state.get("total").asInt() == 2);
    assertThat(chat.get("messages").valueStream().map(m -> m.get("from").asString()))
        .containsExactly("Ada", "Bob");
  }

  @Test
  @DisplayName("hazard 1, 7, K3, K4: log-in, log-out and switch with three users")
  void threeUsersOnOneConnectionNeverMeet() {
    Client client = clients.client("client").connect(port, "Todos");
    client.session();
    login(client, "ada", List.of());
    add(client, "ada", "one");
    login(client, "bob", List.of()); // a switch, with Ada logged in
    add(client, "bob", "two");
    client.dispatch("logout");
    JsonNode out = client.state(todos -> todos.get("user").isNull());
    assertThat(out.get("todos").isEmpty()).isTrue();
    login(client, "cyd", List.of());
    login(client, "ada", List.of("one"));
    login(client, "bob", List.of("two"));

    Client elsewhere = clients.client("elsewhere").connect(port, "Todos");
    elsewhere.session();
    login(elsewhere, "ada", List.of("one"));
    add(elsewhere, "ada", "three");
    login(client, "ada", List.of("one", "three"));
  }

  private static void login(Client client, String id, List<String> titles) {
    client.dispatch("login", Map.of("id", id, "name", id));
    JsonNode todos = client.state(state -> isOf(state, id));
    assertThat(titles(todos)).isEqualTo(titles);
  }

  private static void add(Client client, String id, String title) {
    client.dispatch("add", Map.of("title", title));
    client.state(state -> isOf(state, id) && titles(state).contains(title));
  }

  private static boolean isOf(JsonNode todos, String id) {
    return todos.path("user").path("id").asString("").equals(id);
  }

  private static List<String> titles(JsonNode todos) {
    return todos.get("todos").valueStream().map(todo -> todo.get("title").asString()).toList();
  }

  @Test
  @DisplayName("N1: an id that the server did not make is a new session's")
  void unknownAndHostileSessionIdsGetANewSession() {
    Client victim = clients.client("victim").connect(port, "Counter");
    String token = id(victim.session());
    victim.dispatch("increment");
    victim.counts(1);
    List<String> hostile =
        List.of(
            "unknown",
            " ",
            LONG,
            "../../holdfast.db",
            "session:s1",
            "' OR 1=1 --",
            "a\u0000b",
            token.substring(0, token.length() - 1),
            token + "x",
            token.substring(0, token.indexOf('.')),
            token.toUpperCase(Locale.ROOT),
            "__proto__");
    Set<String> made = new HashSet<>(Set.of(token));
    for (int i = 0; i < hostile.size(); i++) {
      Client client = clients.client("hostile" + i);
      client.connect(port, "Counter", Map.of("id", hostile.get(i)), false);
      JsonNode session = client.session();
      isNew(session);
      assertThat(made.add(id(session))).as("a new id for %s", hostile.get(i)).isTrue();
      client.counts(0);
    }
    victim.dispatch("increment");
    victim.counts(2);
  }

  @Test
  @DisplayName("N1: an id that is no text is refused, and a proper hello may follow")
  void sessionIdsThatAreNoTextAreRefused() {
    Client victim = clients.client("victim").connect(port, "Counter");
    String token = id(victim.session());
    List<Object> hostile = List.of(42, List.of(token), Map.of("sessionId", token));
    for (int i = 0; i < hostile.size(); i++) {
      Client client = clients.client("hostile" + i);
      client.connect(port, "Counter", Map.of("id", hostile.get(i)), false);
      client.event("connected");
      client.raw("{\"type\":\"hello\"}");
      JsonNode session = client.session(); // the only one: a second hello would be refused
      isNew(session);
      assertThat(id(session)).isNotEqualTo(token);
    }
  }

  @Test
  @DisplayName("hazard 47, 48, K7: what is no action changes nothing, and the connection goes on")
  void malformedFramesChangeNothing() {
    Client client = clients.client("client").connect(port, "Counter");
    String id = id(client.session());
    client.dispatch("increment");
    client.counts(1);
    Stream.of(
            "",
            "{",
            "null",
            "[]",
            "\"hello\"",
            "{\"type\":7}",
            "{\"type\":\"nonsense\"}",
            "{\"type\":\"hello\",\"sessionId\":\"other\"}",
            "{\"type\":\"dispatchAction\"}",
            "{\"type\":\"dispatchAction\",\"module\":\"Chat\",\"action\":\"say\"}",
            "{\"type\":\"dispatchAction\",\"module\":\"Counter\",\"action\":\"reset\"}",
            "{\"type\":\"dispatchAction\",\"module\":\"Counter\",\"action\":\"__hypen_bind\"}",
            "{\"type\":\"dispatchAction\",\"module\":\"Counter\",\"action\":\"increment\","
                + "\"payload\":{\"by\":\"many\"}}",
            "{\"type\":\"updateState\",\"module\":\"Counter\",\"state\":{\"count\":99}}",
            "[".repeat(100_000),
            "{\"type\":\"hello\",\"__proto__\":{\"count\":99},\"@class\":\"java.io.File\"}")
        .forEach(client::raw);
    client.overwrite(Map.of("count", 99));
    client.dispatch("increment");
    client.counts(2);
    client.binary();
    client.event("gone");
    isRestored(client.session(), id);
    client.counts(2);
  }

  @Test
  @DisplayName(
      "A1, A3: 200 clients x 50 actions, 20 of them in the chat as well, each counted once")
  void manyClientsAtOnceAreCountedExactly() throws Exception {
    List<Integer> counts = clients.load("ws://localhost:%d/ws".formatted(port), 200, 50, 20);
    assertThat(counts).isEqualTo(Collections.nCopies(200, 50));
    try (TestClient observer = TestClient.connect(DemoProcess.socket(port), null, false)) {
      JsonNode chat = observer.state("Chat");
      assertThat(chat.get("total").asInt()).isEqualTo(1_000);
      List<String> texts =
          chat.get("messages").valueStream().map(m -> m.get("text").asString()).toList();
      assertThat(texts).hasSize(1_000).doesNotHaveDuplicates();
    }
  }
}
