package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.KeyStrategy;
import dev.holdfast.StateModule;
import dev.holdfast.store.StateStore;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the program is told of clients that come and go. */
final class HooksServerTest {

  record Draft(String text) {}

  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  private final StateModule<Draft> drafts =
      StateModule.define("Drafts", new Draft(""))
          .persist(KeyStrategy.session())
          .reduce("type", String.class, (d, text) -> new Draft(text))
          .onDisconnect((ctx, session) -> told.add("gone with " + ctx.state().text()))
          .onReconnect((ctx, back) -> back.restore(new Draft(ctx.state().text() + " again")))
          .build();

  private final class App implements AutoCloseable {
    final Holdfast app = Holdfast.open(StateStore.inMemory(), drafts);
    final HoldfastServer server;

    App(UnaryOperator<ServerBuilder> options) {
      server = options.apply(HoldfastServer.builder(app)).start();
    }

    TestClient open() {
      return TestClient.open("ws://localhost:" + server.port() + "/ws/Drafts");
    }

    @Override
    public void close() {
      server.close();
      app.close();
    }
  }

  private String told() throws InterruptedException {
    String next = told.poll(10, TimeUnit.SECONDS);
    return next == null ? "nothing" : next;
  }

  @Test
  @DisplayName("R1: the first state that a client is shown has what onReconnect made of it")
  void theFirstStateHasWhatOnReconnectMade() throws Exception {
    try (App app = new App(o -> o)) {
      String token;
      try (TestClient first = app.open().hello(null)) {
        token = first.token();
        assertThat(first.next("initialTree").get("state").get("text").stringValue()).isEmpty();
        first
            .say(
                "{'type':'dispatchAction','id':'c.1','module':'Drafts','action':'type',"
                    + "'payload':'hello'}")
            .next("actionResult");
      }
      assertThat(told()).isEqualTo("gone with hello");
      try (TestClient second = app.open().hello(token)) {
        assertThat(second.next("initialTree").get("state").get("text").stringValue())
            .isEqualTo("hello again");
      }
    }
  }

  @Test
  void theServerTellsOfClientsThatComeAndGo() throws Exception {
    BlockingQueue<RemoteClient> clients = new LinkedBlockingQueue<>();
    try (App app =
        new App(
            o ->
                o.onConnection(clients::add)
                    .onDisconnection(client -> told.add("bye " + client.id())))) {
      try (TestClient silent = app.open();
          TestClient first = app.open().hello(null)) {
        first.next("initialTree");
        RemoteClient client = clients.poll(10, TimeUnit.SECONDS);
        assertThat(client).isNotNull();
        assertThat(client.id()).isEqualTo("client_1");
        assertThat(client.modules()).containsExactly("Drafts");
        assertThat(client.session().id()).isNotBlank();
        assertThat(client.remoteAddress()).isNotNull();
        assertThat(client.toString()).doesNotContain(client.session().id());
      }
      assertThat(List.of(told(), told())).containsExactlyInAnyOrder("gone with ", "bye client_1");
      assertThat(clients).isEmpty();
    }
  }

  @Test
  @DisplayName("A5: what these hooks throw breaks nothing")
  void whatTheyThrowBreaksNothing() throws Exception {
    try (App app =
        new App(
            o ->
                o.onConnection(
                        client -> {
                          throw new IllegalStateException("come");
                        })
                    .onDisconnection(
                        client -> {
                          told.add("bye");
                          throw new IllegalStateException("go");
                        }))) {
      try (TestClient first = app.open().hello(null)) {
        first.next("initialTree");
      }
      assertThat(List.of(told(), told())).containsExactlyInAnyOrder("gone with ", "bye");
      try (TestClient second = app.open().hello(null)) {
        second.next("initialTree");
      }
    }
  }
}
