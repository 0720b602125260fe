package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStore;
import dev.holdfast.test.FaultyStateStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The server over a store that goes wrong. */
final class StoreFaultServerTest {

  private static final StateKey CHAT = StateKey.global("Chat");
  private static final String SAY =
      "{'type':'dispatchAction','id':'%s','module':'Chat','action':'say',"
          + "'payload':{'from':'a','text':'hello'}}";

  private final StateStore inner = StateStore.inMemory();
  private final FaultyStateStore store = FaultyStateStore.around(inner);

  @Test
  void nothingIsSeenBeforeTheStoreHasSynced() throws Exception {
    store.losesUnsynced();
    try (var syncing = Executors.newSingleThreadScheduledExecutor();
        TestApp app = start();
        TestClient actor = subscribed(app, "/ws/Chat");
        TestClient other = subscribed(app, "/ws/Chat")) {
      actor.say(SAY.formatted("c.1"));
      while (inner.load(CHAT).isEmpty()) {
        store.awaitUnsynced(1);
        assertNothingIsSeen(actor);
        assertNothingIsSeen(other);
        store.sync();
      }
      var unused = syncing.scheduleWithFixedDelay(store::sync, 0, 1, TimeUnit.MILLISECONDS);
      assertThat(other.next("stateUpdate").get("state").get("lines").size()).isEqualTo(1);
      assertThat(actor.next().get("type").stringValue()).isEqualTo("stateUpdate");
      assertThat(actor.next().get("type").stringValue()).isEqualTo("actionResult");
    }
  }

  /** Whatever was said before the answer to this nonsense would come before it. */
  private static void assertNothingIsSeen(TestClient client) throws InterruptedException {
    client.say("{'type':'nonsense'}");
    assertThat(client.next().get("type").stringValue()).isEqualTo("error");
  }

  @Test
  @DisplayName(
      "hazard 29, N3 S4: what a replaced client had under way is kept, what it sends late changes nothing")
  void aKickedConnectionsWorkInFlightIsKeptAndItsLateMessagesChangeNothing() throws Exception {
    try (TestApp app = start();
        RawClient first = RawClient.open(app.server().port(), "/ws/Chat")) {
      first.say("{'type':'hello'}");
      String token = first.next("sessionAck").get("sessionId").stringValue();
      first.next("initialTree");
      store.writing().hang(CHAT);
      first.say(SAY.formatted("c.1"));
      store.writing().awaitHung();
      try (TestClient second = app.open("/ws/Chat").hello(token)) {
        second.say("{'type':'subscribeState'}").next("sessionAck");
        assertThat(first.next("sessionExpired").get("reason").stringValue()).isEqualTo("kicked");
        first.say(SAY.formatted("c.2"));
        first.close();
        store.writing().release();
        untilOneLineIsSeen(second);
        Awaitility.await().until(() -> get(app, "/stats").contains("\"totalConnections\":1"));
        second.say(SAY.formatted("d.1"));
        assertThat(second.next("stateUpdate").get("state").get("lines").size()).isEqualTo(2);
      }
    }
  }

  @Test
  void aClientThatComesBackWhileItsCommitHangsSeesItOnceItLands() throws Exception {
    try (TestApp app = start()) {
      String token;
      try (TestClient client = app.open("/ws/Chat").hello(null)) {
        token = client.token();
        client.next("initialTree");
        store.writing().hang(CHAT);
        client.say(SAY.formatted("c.1"));
        store.writing().awaitHung();
      }
      try (TestClient client = app.open("/ws/Chat").hello(token)) {
        assertThat(client.next("sessionAck").get("isRestored").booleanValue()).isTrue();
        store.writing().release();
        untilOneLineIsSeen(client.say("{'type':'subscribeState'}"));
        client.say(SAY.formatted("c.1")).next("actionResult");
        client.say(SAY.formatted("c.2"));
        assertThat(client.next("stateUpdate").get("state").get("lines").size()).isEqualTo(2);
      }
    }
  }

  /** The first state may be the one before the commit that has just landed. */
  private static void untilOneLineIsSeen(TestClient client) throws InterruptedException {
    int lines = 0;
    while (lines == 0) {
      lines = client.next().get("state").get("lines").size();
    }
    assertThat(lines).isEqualTo(1);
  }

  @Test
  void aStateThatCannotBeLoadedIsAnErrorAndTheNextAccessWorks() throws Exception {
    try (TestApp app = start()) {
      store.loading().fail(CHAT);
      try (TestClient client = app.open("/ws/Chat").hello(null)) {
        client.next("sessionAck");
        assertThat(client.next().get("code").stringValue()).isEqualTo("load-failed");
        client.say(SAY.formatted("c.1"));
        JsonNode refused = client.next("actionResult");
        assertThat(refused.get("error").get("code").stringValue()).isEqualTo("load-failed");
        store.loading().recover();
        client.say("{'type':'subscribeState'}");
        assertThat(client.next().get("type").stringValue()).isEqualTo("initialTree");
        client.say(SAY.formatted("c.2"));
        JsonNode update = client.next();
        assertThat(update.get("state").get("lines").size()).isEqualTo(1);
        assertThat(client.next("actionResult").get("ok").booleanValue()).isTrue();
      }
    }
  }

  @Test
  void aSessionThatCannotBeLoadedIsAskedToTryLaterAndKeepsItsToken() throws Exception {
    String token;
    try (TestApp before = TestApp.start(inner, UnaryOperator.identity());
        TestClient client = before.open("/ws/Counter").hello(null)) {
      token = client.token();
      client.say("{'type':'dispatchAction','id':'c.1','module':'','action':'increment'}");
      client.next("actionResult");
    }
    try (TestApp app = start()) {
      store.loading().fail();
      try (TestClient client = app.open("/ws/Counter").hello(token)) {
        JsonNode error = client.next();
        assertThat(error.get("type").stringValue()).isEqualTo("error");
        assertThat(error.get("code").stringValue()).isEqualTo("load-failed");
        assertThat(client.closeCode()).isEqualTo(1013);
      }
      Awaitility.await().until(() -> get(app, "/stats").contains("\"totalConnections\":0"));
      store.loading().recover();
      try (TestClient client = app.open("/ws/Counter").hello(token)) {
        assertThat(client.token()).isEqualTo(token);
        assertThat(client.next("initialTree").get("state").toString()).isEqualTo("{\"count\":1}");
      }
    }
  }

  @Test
  void healthFollowsTheCommits() throws Exception {
    try (TestApp app = start();
        TestClient client = subscribed(app, "/ws/Chat")) {
      store.writing().fail();
      client.say(SAY.formatted("c.1"));
      Awaitility.await().until(() -> get(app, "/health").startsWith("503"));
      assertNothingIsSeen(client);
      store.writing().recover();
      assertThat(client.next("actionResult").get("ok").booleanValue()).isTrue();
      Awaitility.await().until(() -> get(app, "/health").equals("200 OK"));
    }
  }

  private TestApp start() {
    return TestApp.start(store, UnaryOperator.identity());
  }

  private static TestClient subscribed(TestApp app, String path) throws InterruptedException {
    TestClient client = app.open(path).hello(null).say("{'type':'subscribeState'}");
    client.next("initialTree");
    return client;
  }

  private static String get(TestApp app, String path) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://" + app.host() + path)).build();
      var answer = http.send(request, BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }
  }
}
