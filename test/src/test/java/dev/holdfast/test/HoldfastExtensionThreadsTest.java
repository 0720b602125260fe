package dev.holdfast.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.KeyStrategy;
import dev.holdfast.StateModule;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The extension with the runtime's real threads. */
final class HoldfastExtensionThreadsTest {

  record Count(int n) {}

  private static final StateModule<Count> ROOM =
      StateModule.define("Room", new Count(0))
          .persist(KeyStrategy.byId())
          .reduce("add", count -> new Count(count.n() + 1))
          .build();

  @RegisterExtension
  final HoldfastExtension holdfast =
      HoldfastExtension.with(ROOM)
          .threaded()
          .configured(builder -> builder.loadTimeout(Duration.ofSeconds(1)))
          .patience(Duration.ofSeconds(20));

  @Test
  void aWriteThatHangsInACrashIsLost() throws Exception {
    holdfast.store().writing().hang();
    CompletableFuture<Count> added = holdfast.ref(ROOM, "r").dispatchAsync("add");
    holdfast.store().writing().awaitHung();
    holdfast.crash();
    holdfast.store().writing().release();
    assertThat(holdfast.ref(ROOM, "r").dispatchAsync("add").get(10, TimeUnit.SECONDS))
        .isEqualTo(new Count(1));
    assertThat(added).isNotDone();
    holdfast.record(ROOM, "r").hasRevision(1);
  }
}
