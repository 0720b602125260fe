package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class ActionServerTest {

  @AutoClose private final TestApp app = TestApp.start();

  @Test
  void anActionWithAnIdIsAnsweredAfterItsState() throws Exception {
    try (TestClient client = ready("/ws/Counter")) {
      client.say(action("'id':'c.1',", "Counter", "add", ",'payload':{'by':5}"));
      JsonNode update = client.next();
      assertThat(update.get("type").stringValue()).isEqualTo("stateUpdate");
      assertThat(update.get("state").get("count").intValue()).isEqualTo(5);
      assertThat(update.get("revision").intValue()).isEqualTo(1);
      JsonNode result = client.next();
      assertThat(result.toString())
          .isEqualTo("{\"type\":\"actionResult\",\"id\":\"c.1\",\"ok\":true}");
    }
  }

  @Test
  void anIdThatIsSentAgainIsAppliedOnce() throws Exception {
    try (TestClient client = ready("/ws/Counter")) {
      for (int i = 0; i < 3; i++) {
        client.say(action("'id':'c.1',", "", "increment", ""));
        assertThat(client.next("actionResult").get("ok").booleanValue()).isTrue();
      }
      client.say(action("'id':'c.2',", "", "increment", ""));
      assertThat(client.next("stateUpdate").get("state").get("count").intValue()).isEqualTo(2);
    }
  }

  @Test
  void actionsSentInOneGoAreAppliedInOrder() throws Exception {
    try (TestClient client = ready("/ws/Chat")) {
      for (int i = 0; i < 200; i++) {
        client.say(
            action("'id':'c." + (i + 1) + "',", "Chat", "say", line("a", Integer.toString(i))));
      }
      for (int i = 0; i < 200; i++) {
        JsonNode result = client.next("actionResult");
        assertThat(result.get("ok").booleanValue()).isTrue();
      }
    }
    try (TestClient reader = app.open("/ws/Chat").hello(null)) {
      JsonNode lines = reader.next("initialTree").get("state").get("lines");
      assertThat(lines.size()).isEqualTo(200);
      for (int i = 0; i < 200; i++) {
        assertThat(lines.get(i).get("text").stringValue()).isEqualTo(Integer.toString(i));
      }
    }
  }

  @Test
  void aChangeIsPushedToEveryoneWhoSharesTheState() throws Exception {
    try (TestClient one = ready("/ws/Chat");
        TestClient two = ready("/ws/Chat")) {
      one.say(action("", "Chat", "say", line("one", "grüß dich \uD83D\uDE00")));
      JsonNode seen = two.next("stateUpdate").get("state").get("lines").get(0);
      assertThat(seen.get("text").stringValue()).isEqualTo("grüß dich \uD83D\uDE00");
      assertThat(one.next("stateUpdate").get("revision").intValue()).isEqualTo(1);
    }
  }

  @Test
  void manyClientsEachSeeTheirOwnChangesAndEndOnTheSameState() throws Exception {
    int clients = 10;
    int each = 30;
    List<TestClient> all = new ArrayList<>();
    for (int c = 0; c < clients; c++) {
      all.add(ready("/ws/Chat"));
    }
    for (int n = 1; n <= each; n++) {
      for (int c = 0; c < clients; c++) {
        String id = "'id':'c%d.%d',".formatted(c, n);
        all.get(c).say(action(id, "Chat", "say", line("c" + c, Integer.toString(n))));
      }
    }
    for (TestClient client : all) {
      assertThat(untilAll(client, clients * each, each)).isEqualTo(each);
      client.close();
    }
  }

  /** Reads until the whole state is seen and every action is answered; lengths never shrink. */
  private static int untilAll(TestClient client, int lines, int answers) throws Exception {
    int seen = 0;
    int answered = 0;
    while (seen < lines || answered < answers) {
      JsonNode message = client.next();
      if (message.get("type").stringValue().equals("stateUpdate")) {
        int length = message.get("state").get("lines").size();
        assertThat(length).isGreaterThan(seen);
        seen = length;
      } else {
        assertThat(message.get("ok").booleanValue()).isTrue();
        answered++;
      }
    }
    return answered;
  }

  @Test
  void revisionsRise() throws Exception {
    try (TestClient client = ready("/ws/Counter")) {
      int last = 0;
      for (int i = 1; i <= 10; i++) {
        client.say(action("'id':'c." + i + "',", "Counter", "increment", ""));
        JsonNode update = client.next("stateUpdate");
        assertThat(update.get("revision").intValue()).isGreaterThan(last);
        last = update.get("revision").intValue();
        client.next("actionResult");
      }
    }
  }

  @Test
  void anActionThatThrowsIsAnsweredWithoutItsSecrets() throws Exception {
    try (TestClient client = ready("/ws/Counter")) {
      client.say(action("'id':'c.1',", "Counter", "fail", ""));
      JsonNode result = client.next();
      assertThat(result.get("ok").booleanValue()).isFalse();
      assertThat(result.get("error").get("code").stringValue()).isEqualTo("action-failed");
      assertThat(result.toString()).doesNotContain("secret");
      client.say(action("'id':'c.2',", "Counter", "increment", ""));
      assertThat(client.next("actionResult").get("ok").booleanValue()).isTrue();
    }
  }

  @Test
  void severalModulesShareOneConnection() throws Exception {
    try (TestClient client = app.open("/ws")) {
      client.say("{'type':'hello','modules':['Counter','Chat',{'module':'Room','id':'r-7'}]}");
      client.say("{'type':'subscribeState'}");
      client.next("sessionAck");
      assertThat(client.next().get("module").stringValue()).isEqualTo("Counter");
      assertThat(client.next().get("module").stringValue()).isEqualTo("Chat");
      JsonNode room = client.next();
      assertThat(room.get("module").stringValue()).isEqualTo("Room");
      assertThat(room.get("instance").stringValue()).isEqualTo("r-7");
      client.say(
          "{'type':'dispatchAction','id':'c.1','module':'Room','instance':'r-7','action':'move'}");
      JsonNode update = client.next("stateUpdate");
      assertThat(update.get("instance").stringValue()).isEqualTo("r-7");
      assertThat(update.get("state").get("moves").intValue()).isEqualTo(1);
      assertThat(client.next("actionResult").get("ok").booleanValue()).isTrue();
      client.say(action("'id':'c.2',", "Room", "move", ""));
      assertThat(client.next("actionResult").get("error").get("code").stringValue())
          .isEqualTo("unknown-module");
    }
  }

  @Test
  void anInstanceIsNamedByTheUrl() throws Exception {
    try (TestClient client = ready("/ws/Room/a%2Fb")) {
      client.say(action("'id':'c.1',", "", "move", ""));
      JsonNode update = client.next("stateUpdate");
      assertThat(update.get("instance").stringValue()).isEqualTo("a/b");
      client.next("actionResult");
    }
    try (TestClient other = app.open("/ws/Room/a").hello(null)) {
      assertThat(other.next("initialTree").get("state").get("moves").intValue()).isZero();
    }
  }

  private TestClient ready(String path) throws InterruptedException {
    TestClient client = app.open(path).hello(null).say("{'type':'subscribeState'}");
    client.next("initialTree");
    return client;
  }

  private static String line(String from, String text) {
    return ",'payload':{'from':'%s','text':'%s'}".formatted(from, text);
  }

  private static String action(String id, String module, String action, String payload) {
    return "{'type':'dispatchAction',%s'module':'%s','action':'%s'%s}"
        .formatted(id, module, action, payload);
  }
}
