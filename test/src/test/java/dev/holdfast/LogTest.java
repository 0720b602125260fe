package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.holdfast.save.SavePolicy;
import dev.holdfast.test.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What the engine writes to the log, and what it keeps out. */
final class LogTest {

  private static final StateModule<Rig.Box> BOX = Rig.boxes(SavePolicy.committed());

  private final Rig rig = new Rig();
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream before = System.err;

  @BeforeEach
  void listen() {
    assumeThat(LoggerFactory.getLogger("dev.holdfast").isInfoEnabled()).as("logging").isTrue();
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void close() {
    System.setErr(before);
    rig.close();
  }

  private String log() {
    return written.toString(StandardCharsets.UTF_8);
  }

  private long lines(String part) {
    return log().lines().filter(line -> line.contains(part)).count();
  }

  @Test
  @DisplayName("hazard 50, N1: the log names modules, no id and no content")
  void theLogNamesModulesOnly() {
    Holdfast app = rig.inline(BOX);
    StateRef<Rig.Box> box = app.ref(BOX, "secret-id");
    try (var subscription =
        box.subscribe(
            state -> {
              throw new IllegalStateException("secret-content", new Error("secret-cause"));
            })) {
      box.dispatch("increment");
    }
    rig.store.reject(Rig.key("secret-id"), "too large");
    assertThat(box.dispatchAsync("increment")).isDone();
    assertThat(log())
        .contains("a listener threw java.lang.IllegalStateException")
        .contains("LogTest.java")
        .contains("A record of module Box cannot be stored as it is: too large")
        .doesNotContain("secret");
  }

  @Test
  void linesOfOneKindComeOnceInAWhile() {
    ManualClock clock = new ManualClock();
    QuietLog log = new QuietLog(clock);
    for (int i = 0; i < 100; i++) {
      log.say(Level.WARN, "kind", "it happened", null);
    }
    log.say(Level.WARN, "other", "something else", null);
    assertThat(lines("it happened")).isEqualTo(1);
    assertThat(lines("something else")).isEqualTo(1);
    clock.advance(Duration.ofSeconds(10));
    log.say(Level.WARN, "kind", "it happened", null);
    assertThat(lines("it happened (and 99 times since the last line)")).isEqualTo(1);
  }

  @Test
  @DisplayName("A5: a hook that throws is named in the log")
  void hooksThatThrowAreNamed() {
    StateModule<Rig.Box> odd =
        Rig.boxes()
            .onCreated((ctx, restore) -> fail("onCreated"))
            .onAttach((ctx, session) -> fail("onAttach"))
            .onDetach((ctx, session) -> fail("onDetach"))
            .onExpire(ctx -> fail("onExpire"))
            .persist(KeyStrategy.session())
            .build();
    try (Lab lab = Lab.inline(odd)) {
      SessionConnection client = lab.app.sessions().connect(null);
      StateRef<Rig.Box> mine = client.session().ref(odd);
      mine.subscribe(box -> {}).close();
      assertThat(mine.dispatch("increment").count()).isEqualTo(1);
      client.close();
      lab.clock.advance(Lab.SESSION_TTL.plusMinutes(5));
    }
    for (String hook : List.of("onCreated", "onAttach", "onDetach", "onExpire")) {
      assertThat(log()).contains(hook + " of module Box threw ");
    }
  }

  private static void fail(String content) {
    throw new IllegalStateException(content);
  }
}
