package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

final class BadInputServerTest {

  @AutoClose private final TestApp app = TestApp.start(o -> o.maxFrameBytes(64 << 10));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "not json                                                                 | bad-message",
        "{'type':'dispatchAction'                                                 | bad-message",
        "[1,2]                                                                    | bad-message",
        "{'type':'reboot'}                                                        | bad-message",
        "{'type':'dispatchAction','module':'Counter','action':7}                  | bad-message",
        "{'type':'dispatchAction','module':'Counter','action':'no-such'}          | unknown-action",
        "{'type':'dispatchAction','module':'Counter','action':'add'}              | bad-payload",
        "{'type':'dispatchAction','module':'Counter','action':'add','payload':[]} | bad-payload",
        "{'type':'dispatchAction','module':'Chat','action':'say'}                 | unknown-module",
        "{'type':'dispatchAction','module':'Counter','action':'__hypen_bind'}     | refused",
        "{'type':'updateState','state':{'count':99}}                              | refused",
        "{'type':'hello'}                                                         | out-of-turn",
      })
  void badInputIsAnsweredAndChangesNothing(String message, String code) throws Exception {
    try (TestClient client = app.open("/ws/Counter").hello(null)) {
      client.next("initialTree");
      client.say(message);
      JsonNode error = client.next();
      assertThat(error.get("type").stringValue()).isEqualTo("error");
      assertThat(error.get("code").stringValue()).isEqualTo(code);
      assertThat(error.get("message").stringValue()).isNotBlank();
      client.say("{'type':'subscribeState'}");
      client.say("{'type':'dispatchAction','id':'c.1','module':'','action':'increment'}");
      assertThat(client.next("stateUpdate").get("state").get("count").intValue()).isEqualTo(1);
    }
  }

  @Test
  void aRefusedActionWithAnIdGetsItsResult() throws Exception {
    try (TestClient client = app.open("/ws/Counter").hello(null)) {
      client.next("initialTree");
      client.say("{'type':'dispatchAction','id':'c.1','module':'Counter','action':'incremnt'}");
      JsonNode result = client.next();
      assertThat(result.get("id").stringValue()).isEqualTo("c.1");
      assertThat(result.get("ok").booleanValue()).isFalse();
      assertThat(result.get("error").get("code").stringValue()).isEqualTo("unknown-action");
    }
  }

  @Test
  void nothingIsFollowedBeforeHello() throws Exception {
    try (TestClient client = app.open("/ws/Counter")) {
      client.say("{'type':'subscribeState'}");
      assertThat(client.next().get("code").stringValue()).isEqualTo("out-of-turn");
      client.say("{'type':'dispatchAction','id':'c.1','module':'','action':'increment'}");
      assertThat(client.next("actionResult").get("ok").booleanValue()).isFalse();
      client.hello(null);
      assertThat(client.next("initialTree").get("state").get("count").intValue()).isZero();
    }
  }

  @Test
  void aBinaryFrameClosesTheConnection() throws Exception {
    try (TestClient client = app.open("/ws/Counter").hello(null)) {
      client.sayBinary((byte) 1, (byte) 2);
      assertThat(client.closeCode()).isEqualTo(1003);
    }
  }

  @Test
  void aMessageThatIsTooLargeClosesTheConnection() throws Exception {
    try (TestClient client = app.open("/ws/Counter").hello(null)) {
      client.sayExactly("\"" + "x".repeat(100 << 10) + "\"");
      assertThat(client.closeCode()).isEqualTo(1009);
    }
  }

  @Test
  void aMessageInPartsIsBoundedToo() throws Exception {
    try (RawClient client = RawClient.open(app.server().port(), "/ws/Counter")) {
      byte[] part = new byte[40 << 10];
      client.sendAll(
          List.of(HostileFrames.frame(0x01, part, true), HostileFrames.frame(0x80, part, true)));
      assertThat(client.closeCode(new ArrayList<>())).isEqualTo(1009);
    }
  }

  @Test
  void aFrameThatWouldBeTooLargeClosesTheConnectionBeforeItIsThere() throws Exception {
    try (RawClient client = RawClient.open(app.server().port(), "/ws/Counter")) {
      byte[] head = Arrays.copyOf(HostileFrames.frame(0x81, new byte[100 << 10], true), 14);
      client.sendAll(List.of(head));
      assertThat(client.closeCode(new ArrayList<>())).isEqualTo(1009);
    }
  }

  @Test
  void textThatIsNotUtf8ClosesTheConnection() throws Exception {
    try (RawClient client = RawClient.open(app.server().port(), "/ws/Counter")) {
      client.sendAll(List.of(HostileFrames.frame(0x81, new byte[] {(byte) 0xFF}, true)));
      assertThat(client.closeCode(new ArrayList<>())).isEqualTo(1007);
    }
  }

  @Test
  void aFrameWithoutAMaskClosesTheConnection() throws Exception {
    try (RawClient client = RawClient.open(app.server().port(), "/ws/Counter")) {
      client.sendAll(List.of(HostileFrames.frame(0x81, new byte[] {'{', '}'}, false)));
      assertThat(client.closeCode(new ArrayList<>())).isEqualTo(1002);
    }
  }

  @Test
  void aMessageThatNestsTooDeeplyIsRefusedUnread() throws Exception {
    try (TestClient client = app.open("/ws/Counter").hello(null)) {
      client.next("initialTree");
      client.sayExactly("[".repeat(1_000));
      assertThat(client.next().get("code").stringValue()).isEqualTo("bad-message");
      String deep = "[".repeat(100) + "]".repeat(100);
      client.sayExactly("{\"type\":\"subscribeState\",\"extra\":" + deep + "}");
      assertThat(client.next().get("code").stringValue()).isEqualTo("bad-message");
    }
  }

  @Test
  void aNumberPastAllBoundsIsRefusedAndTheConnectionStaysUsable() throws Exception {
    try (TestClient client = app.open("/ws/Counter").hello(null)) {
      client.next("initialTree");
      client.sayExactly(
          """
          {"type":"dispatchAction","module":"Counter","action":"add","payload":{"by":1e99999999999}}""");
      assertThat(client.next("error").get("code").stringValue()).isEqualTo("bad-message");
      client.sayExactly("[]");
      assertThat(client.next("error").get("code").stringValue()).isEqualTo("bad-message");
    }
  }

  @Test
  void aClientThatSaysNothingIsClosed() throws Exception {
    try (TestApp hasty = TestApp.start(o -> o.helloTimeout(Duration.ofMillis(50)));
        TestClient client = hasty.open("/ws/Counter")) {
      assertThat(client.closeCode()).isEqualTo(1002);
    }
  }

  @Test
  void aSessionThatIsNotAdmittedIsClosed() throws Exception {
    try (TestClient client = app.open("/ws/Room/private-1").hello(null)) {
      assertThat(client.next().get("code").stringValue()).isEqualTo("not-admitted");
      assertThat(client.closeCode()).isEqualTo(1008);
      Awaitility.await().until(() -> app.holdfast().sessions().connected() == 0);
    }
  }

  @Test
  void aHelloThatNamesNoModuleMayBeSaidAgain() throws Exception {
    try (TestClient client = app.open("/ws")) {
      client.say("{'type':'hello'}");
      assertThat(client.next().get("code").stringValue()).isEqualTo("bad-message");
      client.say("{'type':'hello','modules':['Nope']}");
      assertThat(client.next().get("code").stringValue()).isEqualTo("unknown-module");
      client.say("{'type':'hello','modules':['Counter']}");
      client.next("initialTree");
    }
  }

  @Test
  void pingsAreAnswered() throws Exception {
    try (TestClient client = app.open("/ws/Counter")) {
      assertThat(client.ping("still there")).isEqualTo("still there");
    }
  }
}
