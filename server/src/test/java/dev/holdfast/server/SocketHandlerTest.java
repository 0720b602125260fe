package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.test.ManualClock;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SocketHandlerTest {

  private final Desk desk =
      new Desk(
          new FakeSessions(),
          new Modules(List.of(FakeSessions.COUNTER)),
          new Contacts(Policies.USUAL),
          Limits.DEFAULT,
          Runnable::run,
          new ManualClock(),
          Meters.NONE,
          ClientHooks.none());
  private final EmbeddedChannel channel = new EmbeddedChannel();

  @Test
  void pingsOfAClientThatDoesNotReadAreNotAnswered() {
    SocketTransport transport = new SocketTransport(channel, 1 << 20);
    Conversation conversation =
        new Conversation(
            desk, Endpoint.of(List.of("Counter"), desk.modules()), Entrant.at(null), transport);
    channel
        .pipeline()
        .addLast(
            new SocketHandler(
                transport, conversation, ImmediateEventExecutor.INSTANCE.newPromise()));
    keepsUp(false);
    channel.writeInbound(ping());
    assertThat(channel.outboundMessages()).isEmpty();
    keepsUp(true);
    channel.writeInbound(ping());
    PongWebSocketFrame pong = channel.readOutbound();
    assertThat(pong.content().toString(UTF_8)).isEqualTo("here?");
    pong.release();
    channel.finishAndReleaseAll();
    assertThat(conversation.over()).isCompleted();
  }

  private void keepsUp(boolean on) {
    channel.unsafe().outboundBuffer().setUserDefinedWritability(1, on);
  }

  private static PingWebSocketFrame ping() {
    return new PingWebSocketFrame(Unpooled.copiedBuffer("here?", UTF_8));
  }
}
