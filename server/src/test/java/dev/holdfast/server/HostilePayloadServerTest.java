package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

final class HostilePayloadServerTest {

  private static final String INCREMENT =
      "{'type':'dispatchAction','id':'c.2','module':'Counter','action':'increment'}";

  @AutoClose private final TestApp app = TestApp.start();

  static Stream<String> payloads() {
    return Stream.of(
        "{'by':1,'__proto__':{'count':99}}",
        "{'by':1,'constructor':{'prototype':{'count':99}}}",
        "{'by':1,'@class':'java.net.URL','@type':'java.io.File','class':'java.lang.Runtime'}",
        "{'by':1,'count':99,'state':{'count':99},'key':'other'}",
        "{'by':1,'deep':" + nested(90) + "}",
        "{'by':1,'deep':" + nested(150) + "}",
        "{'by':1,'deep':" + nested(100_000) + "}",
        "['java.net.URL','http://localhost/']",
        "{'by':['java.lang.ProcessBuilder',{'command':['id']}]}",
        "{'by':1e999999999}",
        "{'by':" + "9".repeat(5_000) + "}",
        "{'by':99999999999}",
        "{'by':1,'by':99}");
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  @ParameterizedTest
  @MethodSource("payloads")
  void aHostilePayloadIsRefusedOrHarmless(String payload) throws Exception {
    try (TestClient client = subscribed()) {
      client.say(
          "{'type':'dispatchAction','id':'c.1','module':'Counter','action':'add','payload':%s}"
              .formatted(payload));
      JsonNode answer = client.next();
      boolean applied = answer.get("type").stringValue().equals("stateUpdate");
      if (applied) {
        assertThat(answer.get("state").toString()).isEqualTo("{\"count\":1}");
      } else {
        assertThat(answer.toString()).containsAnyOf("bad-payload", "bad-message");
      }
      client.say(INCREMENT);
      assertThat(client.next("stateUpdate").get("state").toString())
          .isEqualTo(applied ? "{\"count\":2}" : "{\"count\":1}");
    }
  }

  @ParameterizedTest
  @MethodSource("writes")
  @DisplayName("hazard 47, K7: no message writes a state past the actions")
  void stateIsNotWrittenPastTheActions(String message) throws Exception {
    try (TestClient client = subscribed()) {
      client.say(message);
      assertThat(client.next().toString()).containsAnyOf("refused", "unknown-action");
      client.say(INCREMENT);
      assertThat(client.next("stateUpdate").get("state").toString()).isEqualTo("{\"count\":1}");
    }
  }

  static Stream<String> writes() {
    String action = "{'type':'dispatchAction','module':'Counter','action':'%s','payload':%s}";
    return Stream.of(
        "{'type':'updateState','module':'Counter','state':{'count':99}}",
        "{'type':'updateState','id':'c.1','path':'count','value':99}",
        action.formatted("__hypen_bind", "{'path':'count','value':99}"),
        action.formatted("__proto__", "{'count':99}"),
        action.formatted("constructor", "{'count':99}"),
        action.formatted("toString", "null"),
        action.formatted("", "{'count':99}"));
  }

  @Test
  @DisplayName("hazard 48, K7: members that the type does not have stay out of a shared state")
  void membersThatTheTypeDoesNotHaveDoNotGetIntoASharedState() throws Exception {
    try (TestClient client = app.open("/ws/Chat").hello(null).say("{'type':'subscribeState'}")) {
      client.next("initialTree");
      client.say(
          "{'type':'dispatchAction','module':'Chat','action':'say','payload':"
              + "{'from':'a','text':'b','__proto__':{'admin':true},'@class':'java.net.URL'}}");
      JsonNode answer = client.next();
      if (answer.get("type").stringValue().equals("stateUpdate")) {
        assertThat(answer.get("state").toString())
            .isEqualTo("{\"lines\":[{\"from\":\"a\",\"text\":\"b\"}]}");
      } else {
        assertThat(answer.get("code").stringValue()).isEqualTo("bad-payload");
      }
    }
  }

  private TestClient subscribed() throws InterruptedException {
    TestClient client = app.open("/ws/Counter").hello(null).say("{'type':'subscribeState'}");
    client.next("initialTree");
    return client;
  }
}
