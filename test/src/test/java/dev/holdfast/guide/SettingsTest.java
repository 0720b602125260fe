package dev.holdfast.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.local.EncryptionKeys;
import dev.holdfast.local.LocalPlugins;
import dev.holdfast.local.LocalState;
import dev.holdfast.local.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs that the chapter on local states shows. */
final class SettingsTest {

  @TempDir Path dir;

  // begin types
  record User(String name, String email) {}

  record Settings(int count, User user) {
    Settings withCount(int to) {
      return new Settings(to, user);
    }

    boolean isNew() { // computed, so never stored
      return count == 0;
    }
  }

  static class Draft {
    String text = "";
    List<String> tags = new ArrayList<>();
  }

  // end types

  @Test
  void theFirstProgramRuns() {
    Settings initial = new Settings(0, new User("", ""));
    Storage storage = Storage.inFolder(dir);
    // begin first
    var settings =
        LocalState.define(
            initial,
            o -> o.persist(p -> p.key("settings").storage(storage).paths("count", "user.email")));
    settings.update(s -> s.withCount(s.count() + 1));

    var draft = LocalState.define(Draft::new, o -> o.persist(p -> p.key("draft").storage(storage)));
    draft.edit(d -> d.text = "Dear all,");

    var shown = settings.subscribe(Settings::count, count -> System.out.println(count));
    // end first
    settings.dispose();
    draft.dispose();
    shown.close();
    assertThat(settings.state().isNew()).isFalse();
    assertThat(dir.resolve("draft.json")).content().contains("Dear all,");
  }

  @Test
  void theDefaultsOfAllStates() {
    SecretKey newKey = new SecretKeySpec(new byte[32], "AES");
    SecretKey oldKey = new SecretKeySpec(new byte[16], "AES");
    Path folder = dir;
    // begin plugin
    var keys = EncryptionKeys.of("2026", newKey).and("2025", oldKey);
    var used =
        LocalPlugins.use(
            LocalPlugins.persistent(p -> p.storage(Storage.inFolder(folder).encrypted(keys))));

    var notes = LocalState.define(new Settings(0, new User("", "")), o -> o.persist(true));
    // end plugin
    notes.update(s -> s.withCount(1));
    notes.dispose();
    used.close();
    assertThat(dir.toFile().list()).anyMatch(name -> name.startsWith("state-"));
  }
}
