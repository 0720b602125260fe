package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.StateKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A session's token is replaced, and nobody loses the session by it (law N1). */
class RotationTest {

  record Count(int count) {}

  private final StateModule<Count> counter =
      StateModule.define("Counter", new Count(0))
          .persist(KeyStrategy.session())
          .reduce("increment", c -> new Count(c.count() + 1))
          .onAction(
              "rotate",
              ctx -> {
                ctx.session().orElseThrow().rotate(Duration.ZERO);
                ctx.update(c -> new Count(c.count() + 100));
              })
          .build();

  private final Lab lab = Lab.inline(counter);

  @Test
  @DisplayName("N1: a rotated session has a new token, the same public id and its state")
  void theNewTokenIsTheSessions() {
    try (lab) {
      SessionConnection first = lab.app.sessions().connect(null);
      String old = first.token();
      first.session().ref(counter).dispatch("increment");
      first.session().rotate();
      assertThat(first.token()).isNotEqualTo(old);
      try (SessionConnection again = lab.app.sessions().connect(first.token())) {
        assertThat(again.isNew()).isFalse();
        assertThat(again.session().id()).isEqualTo(first.session().id());
        assertThat(again.session().ref(counter).state().count()).isEqualTo(1);
      }
    }
  }

  @Test
  @DisplayName(
      "N1: the old token works until the new one is first used, and is answered the new one")
  void theOldTokenWorksUntilTheNewOneIsUsed() {
    try (lab) {
      SessionConnection first = lab.app.sessions().connect(null);
      String old = first.token();
      first.session().rotate();
      try (SessionConnection behind = lab.app.sessions().connect(old)) {
        assertThat(behind.isNew()).isFalse();
        assertThat(behind.token()).isEqualTo(first.token());
      }
      assertThat(lab.isKnown(old)).isTrue();
      assertThat(lab.isKnown(first.token())).isTrue();
      assertThat(lab.isKnown(old)).isFalse();
    }
  }

  @Test
  @DisplayName("N1: the old token works for 60 s at most, also over a restart")
  void theOldTokenRunsOut() {
    try (lab) {
      SessionConnection first = lab.app.sessions().connect(null);
      String old = first.token();
      first.session().rotate();
      first.close();
      lab.restartAfter(Duration.ofSeconds(59));
      assertThat(lab.isKnown(old)).isTrue();
      lab.clock.advance(Duration.ofSeconds(1));
      assertThat(lab.isKnown(old)).isFalse();
    }
  }

  @Test
  @DisplayName(
      "N1: after a restart who shows the old token gets one that works, as the new one is gone")
  void afterARestartTheOldTokenLeadsToANewerOne() {
    try (lab) {
      SessionConnection first = lab.app.sessions().connect(null);
      String old = first.token();
      first.session().rotate();
      String lost = first.token();
      first.close();
      lab.restart();
      String newest;
      try (SessionConnection behind = lab.app.sessions().connect(old)) {
        assertThat(behind.isNew()).isFalse();
        newest = behind.token();
      }
      assertThat(newest).isNotEqualTo(old);
      assertThat(lab.isKnown(lost)).isTrue();
      assertThat(lab.isKnown(newest)).isTrue();
      lab.restart();
      assertThat(lab.isKnown(newest)).isTrue();
      assertThat(lab.isKnown(lost)).isFalse();
    }
  }

  @Test
  @DisplayName("N1: without grace the old token is no good at once")
  void withoutGraceTheOldTokenIsNoGood() {
    try (lab) {
      SessionConnection first = lab.app.sessions().connect(null);
      String old = first.token();
      first.session().rotate();
      String between = first.token();
      first.session().rotate(Duration.ZERO);
      assertThat(lab.isKnown(old)).isFalse();
      assertThat(lab.isKnown(between)).isFalse();
      assertThat(lab.isKnown(first.token())).isTrue();
    }
  }

  @Test
  @DisplayName("N1: connections are told of the new token once it is stored, not before")
  void connectionsAreToldOnceItIsStored() {
    Lab threaded = Lab.threaded(counter);
    try (threaded) {
      SessionConnection first = threaded.app.sessions().connect(null);
      first.session().ref(counter).dispatch("increment");
      String old = first.token();
      CompletableFuture<String> told = new CompletableFuture<>();
      first.onRotated(() -> told.complete(first.token()));
      threaded.store.writing().hang();
      CompletableFuture<Void> rotating = CompletableFuture.runAsync(first.session()::rotate);
      threaded.store.writing().awaitHung();
      assertThat(told).isNotDone();
      assertThat(first.token()).isEqualTo(old);
      threaded.store.writing().release();
      Lab.answer(rotating.thenApply(none -> ""));
      assertThat(Lab.answer(told)).isEqualTo(first.token()).isNotEqualTo(old);
    }
  }

  @Test
  @DisplayName(
      "N1: of two rotations under way only the last one's token is told: it is the good one")
  void ofTwoRotationsUnderWayTheLastOneIsTold() {
    Lab threaded = Lab.threaded(counter);
    try (threaded) {
      SessionConnection first = threaded.app.sessions().connect(null);
      String old = first.token();
      first.session().ref(counter).dispatch("increment");
      List<String> told = new CopyOnWriteArrayList<>();
      first.onRotated(() -> told.add(first.token()));
      threaded.store.losesUnsynced();
      CompletableFuture<Void> one = CompletableFuture.runAsync(first.session()::rotate);
      threaded.store.awaitUnsynced(1);
      String replaced = secretHash(first);
      CompletableFuture<Void> two =
          CompletableFuture.runAsync(() -> first.session().rotate(Duration.ZERO));
      Awaitility.await().until(() -> !secretHash(first).equals(replaced));
      threaded.store.sync();
      Lab.answer(one.thenApply(none -> ""));
      threaded.store.awaitUnsynced(1);
      assertThat(first.token()).isEqualTo(old);
      threaded.store.recover();
      Lab.answer(two.thenApply(none -> ""));
      Awaitility.await().until(() -> !told.isEmpty());
      assertThat(told).containsOnly(first.token());
      try (SessionConnection again = threaded.app.sessions().connect(told.getFirst())) {
        assertThat(again.isNew()).isFalse();
      }
    }
  }

  private static String secretHash(SessionConnection connection) {
    return ((LiveSession) connection.session()).row().now().secretHash();
  }

  @Test
  @DisplayName("N1: a handler may rotate; its action is acknowledged when the new token is stored")
  void aHandlerMayRotate() {
    try (lab) {
      SessionConnection first = lab.app.sessions().connect(null);
      String old = first.token();
      assertThat(first.session().ref(counter).dispatch("rotate").count()).isEqualTo(100);
      assertThat(first.token()).isNotEqualTo(old);
      lab.app = lab.open(); // The first runtime is left as it is: it has crashed.
      assertThat(lab.isKnown(first.token())).isTrue();
      assertThat(lab.isKnown(old)).isFalse();
    }
  }

  @Test
  @DisplayName(
      "N1: a session that has got a principal by connecting has a new token, and who planted"
          + " the old one gains nothing")
  void whoBecomesKnownGetsANewToken() {
    try (lab) {
      SessionConnection attacker = lab.app.sessions().connect(null);
      String planted = attacker.token();
      attacker.close();
      Visitor ada = new Visitor("ada", Map.of());
      SessionConnection victim = lab.app.sessions().connect(planted, ada);
      assertThat(victim.isNew()).isFalse();
      assertThat(victim.session().principal()).contains("ada");
      assertThat(victim.token()).isNotEqualTo(planted);
      assertThat(lab.isKnown(planted)).isFalse();
      // The victim itself may not have heard of the new token yet.
      try (SessionConnection again = lab.app.sessions().connect(planted, ada)) {
        assertThat(again.token()).isEqualTo(victim.token());
      }
    }
  }

  @Test
  @DisplayName("N1: the store has no token, only hashes")
  void theStoreHasOnlyHashes() {
    try (lab) {
      SessionConnection first = lab.app.sessions().connect(null);
      String old = first.token();
      first.session().rotate();
      String row = lab.text(StateKey.keyed(SessionRow.MODULE.name(), first.session().id()));
      assertThat(row).contains("former").doesNotContain(secret(old), secret(first.token()));
    }
  }

  private static String secret(String token) {
    return token.substring(token.indexOf('.') + 1);
  }

  @Test
  @DisplayName("rotate refuses a grace that is too long, and sessions without a token")
  void mistakesAreRefused() {
    try (lab) {
      Session session = lab.app.sessions().connect(null).session();
      assertThatThrownBy(() -> session.rotate(Duration.ofSeconds(61)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("0 to 60 s")
          .hasMessageContaining("PT1M1S");
      assertThatThrownBy(() -> lab.app.session("bot").rotate())
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
