package dev.holdfast.server.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.protocol.ServerMessage.ActionResult;
import dev.holdfast.server.protocol.ServerMessage.ErrorMessage;
import dev.holdfast.server.protocol.ServerMessage.InitialTree;
import dev.holdfast.server.protocol.ServerMessage.SessionAck;
import dev.holdfast.server.protocol.ServerMessage.SessionExpired;
import dev.holdfast.server.protocol.ServerMessage.StateUpdate;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

final class MessageWriterTest {

  private static final Json STATE = new Json("{\"text\":\"grüß\"}".getBytes(UTF_8));

  @Test
  void everyMessageHasTheProtocolsFields() {
    assertThat(write(new SessionAck("t", false)))
        .isEqualTo("{'type':'sessionAck','sessionId':'t','isNew':false,'isRestored':true}");
    assertThat(write(new SessionExpired("t", "kicked")))
        .isEqualTo("{'type':'sessionExpired','sessionId':'t','reason':'kicked'}");
    assertThat(write(new ActionResult("c.1", null)))
        .isEqualTo("{'type':'actionResult','id':'c.1','ok':true}");
    assertThat(write(new ActionResult("c.1", new Failure("x", "why"))))
        .isEqualTo(
            "{'type':'actionResult','id':'c.1','ok':false,'error':{'code':'x','message':'why'}}");
    assertThat(write(new ErrorMessage(new Failure("x", "why"), "M", null, "go")))
        .isEqualTo("{'type':'error','code':'x','message':'why','module':'M','action':'go'}");
  }

  @Test
  void statesArePassedOnAsTheyAre() {
    assertThat(write(new InitialTree("Chat", null, STATE)))
        .isEqualTo(
            "{'type':'initialTree','module':'Chat','patches':[],'revision':0,'state':{'text':'grüß'}}");
    assertThat(write(new StateUpdate("Room", "r-7", STATE, 3)))
        .isEqualTo(
            "{'type':'stateUpdate','module':'Room','instance':'r-7','revision':3,'state':{'text':'grüß'}}");
    assertThat(new MessageWriter().write(new StateUpdate("Room", null, STATE, 3)).get(1))
        .isSameAs(STATE.utf8());
  }

  @Test
  void halfASurrogatePairIsReplaced() {
    assertThat(write(new ErrorMessage(new Failure("x", "no \ud800"), null, null, null)))
        .isEqualTo("{'type':'error','code':'x','message':'no ?'}");
  }

  @Test
  void tokensAreNotInToString() {
    assertThat(new SessionAck("secret", true).toString()).doesNotContain("secret");
    assertThat(new SessionExpired("secret", "kicked").toString()).doesNotContain("secret");
  }

  private static String write(ServerMessage message) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    new MessageWriter().write(message).forEach(whole::writeBytes);
    return whole.toString(UTF_8).replace('"', '\'');
  }
}
