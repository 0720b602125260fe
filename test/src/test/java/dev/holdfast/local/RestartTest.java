package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The thinnest path: define, change, dispose, define again. */
class RestartTest {

  static final class Settings {
    int count;
    String theme = "light";
  }

  @TempDir Path dir;

  private LocalState<Settings> settings() {
    return LocalState.define(
        Settings::new, o -> o.persist(p -> p.key("settings").storage(Storage.inFolder(dir))));
  }

  @Test
  void aStateSurvivesARestart() throws Exception {
    LocalState<Settings> before = settings();
    before.edit(s -> s.count = 7);
    before.dispose();

    LocalState<Settings> after = settings();
    assertThat(after.state().count).isEqualTo(7);
    assertThat(after.state().theme).isEqualTo("light");
    after.dispose();
    try (var files = Files.list(dir)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("settings.json", "settings.lock");
    }
  }
}
