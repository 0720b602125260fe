package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class StatePatchServerTest {

  private static final String PATCHES = "{'type':'hello','accept':['statePatch','more']}";
  private static final String SUBSCRIBE = "{'type':'subscribeState'}";

  @AutoClose private final TestApp app = TestApp.start();

  @Test
  void whoAcceptsPatchesIsToldWhatChangedAndOthersTheWholeState() throws Exception {
    try (TestClient talker = app.open("/ws/Chat").hello(null);
        TestClient patched = app.open("/ws/Chat");
        TestClient whole = app.open("/ws/Chat")) {
      fill(talker, 50);
      assertThat(shown(patched.say(PATCHES))).hasSize(50);
      assertThat(shown(whole.hello(null))).hasSize(50);
      patched.say(SUBSCRIBE);
      whole.say(SUBSCRIBE);
      say(talker, 51, "hello");
      JsonNode patch = patched.next();
      assertThat(patch.toString())
          .isEqualTo(
              ("{'type':'statePatch','module':'Chat','from':0,'revision':1,'patch':[{'op':'add',"
                      + "'path':'/lines/50','value':{'from':'ann','text':'hello'}}]}")
                  .replace('\'', '"'));
      JsonNode update = whole.next();
      assertThat(update.get("type").stringValue()).isEqualTo("stateUpdate");
      assertThat(update.get("state").get("lines")).hasSize(51);
    }
  }

  @Test
  void revisionsFollowOneAnother() throws Exception {
    try (TestClient client = app.open("/ws/Chat").say(PATCHES)) {
      client.next("initialTree");
      client.say(SUBSCRIBE);
      List<String> types = new ArrayList<>();
      for (int n = 1; n <= 40; n++) {
        say(client, n, "line " + n);
        JsonNode change = client.next();
        types.add(change.get("type").stringValue());
        assertThat(change.get("revision").intValue()).isEqualTo(n);
        if (change.has("from")) {
          assertThat(change.get("from").intValue()).isEqualTo(n - 1);
        }
        client.next("actionResult");
      }
      assertThat(types).startsWith("stateUpdate").endsWith("statePatch");
    }
  }

  @Test
  void aStateThatIsShorterThanItsChangeIsSentWhole() throws Exception {
    try (TestClient client = app.open("/ws/Counter").say(PATCHES)) {
      client.next("initialTree");
      client.say(SUBSCRIBE);
      client.say("{'type':'dispatchAction','id':'c.1','module':'','action':'increment'}");
      assertThat(client.next().get("type").stringValue()).isEqualTo("stateUpdate");
    }
  }

  @Test
  void whatIsAcceptedIsAListOfWords() throws Exception {
    try (TestClient client = app.open("/ws/Counter")) {
      client.say("{'type':'hello','accept':'statePatch'}");
      assertThat(client.next().get("code").stringValue()).isEqualTo("bad-message");
      client.say("{'type':'hello','accept':[7,null,{'a':1}]}");
      client.next("initialTree");
    }
  }

  private static void fill(TestClient client, int lines) throws Exception {
    for (int n = 1; n <= lines; n++) {
      say(client, n, "line " + n);
      client.next("actionResult");
    }
  }

  private static void say(TestClient client, int n, String text) {
    client.say(
        ("{'type':'dispatchAction','id':'c.%d','module':'','action':'say',"
                + "'payload':{'from':'ann','text':'%s'}}")
            .formatted(n, text));
  }

  private static JsonNode shown(TestClient client) throws InterruptedException {
    return client.next("initialTree").get("state").get("lines");
  }
}
