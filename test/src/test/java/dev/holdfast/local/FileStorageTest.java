package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.Unreadable;
import dev.holdfast.UnreadableRecordException;
import dev.holdfast.local.Desk.Settings;
import dev.holdfast.store.StateStoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder with one file a key, and what can be wrong with it. */
class FileStorageTest {

  @AutoClose private final Desk desk = new Desk();
  @TempDir Path dir;

  private List<String> names() throws IOException {
    try (var files = Files.list(dir)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void odd_keysHaveFilesOfTheirOwn() throws IOException {
    Storage storage = Storage.inFolder(dir.resolve("in"));
    List<String> keys =
        List.of(
            "a",
            "A",
            "a/b",
            "a\\b",
            "..",
            "../a",
            ".",
            "con",
            "CON",
            "nul",
            "a b",
            "a%20b",
            "%",
            "\u0000",
            "\u00e9",
            "e\u0301",
            "\ud800",
            "\ud801",
            "a:b",
            "a*?",
            "x".repeat(4_000),
            "x".repeat(3_999) + "y",
            "a\n",
            "a.json",
            "%h");
    Set<String> names = new HashSet<>();
    for (String key : keys) {
      storage.setItem(key, "of " + keys.indexOf(key));
      names.add(FileNames.of(key).toLowerCase(Locale.ROOT));
      assertThat(FileNames.of(key)).matches("[a-z0-9_%-]{1,200}").isNotIn("con", "nul");
    }
    assertThat(names).hasSameSizeAs(keys);
    for (String key : keys) {
      assertThat(storage.getItem(key)).isEqualTo("of " + keys.indexOf(key));
    }
    assertThat(names()).containsExactly("in");
  }

  @Test
  void keysThatAreNoneAreRefused() {
    for (String key : List.of("", " ", "$x", "x".repeat(4_001))) {
      assertThatThrownBy(() -> desk.settings(p -> p.key(key)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("A key is not blank");
    }
  }

  @Test
  @DisplayName("R3: a file that is not JSON fails the definition, and stays as it is")
  void aFileThatIsNotJsonIsLeftAsItIs() throws IOException {
    Path file = dir.resolve("settings.json");
    for (String content : List.of("hello", "", "{}", "null", "{\"count\":5}", "{\"holdfast\":1")) {
      Files.writeString(file, content);
      assertThatThrownBy(() -> desk.settings(Storage.inFolder(dir)))
          .isInstanceOf(UnreadableRecordException.class)
          .hasMessageContaining("settings")
          .hasMessageContaining("left as it is");
      assertThat(file).hasContent(content);
    }
    Files.write(file, new byte[] {(byte) 0xc3, 0x28});
    assertThatThrownBy(() -> desk.settings(Storage.inFolder(dir)))
        .hasMessageContaining(file.toString());
    assertThat(file).hasBinaryContent(new byte[] {(byte) 0xc3, 0x28});
  }

  @Test
  @DisplayName("R3: with QUARANTINE a copy is put aside, and the state begins anew")
  void aFileThatIsNotJsonIsPutAsideIfAsked() throws IOException {
    Files.writeString(dir.resolve("settings.json"), "hello");
    LocalState<Settings> state =
        desk.settings(p -> p.storage(Storage.inFolder(dir)).onUnreadable(Unreadable.QUARANTINE));
    assertThat(state.state()).isEqualTo(Settings.NEW);
    state.update(s -> s.withCount(5));
    state.flush();
    assertThat(dir.resolve(FileNames.of("$quarantine.settings") + ".json"))
        .content(StandardCharsets.UTF_8)
        .contains("hello");
    assertThat(desk.problems()).isNotEmpty();
  }

  @Test
  @DisplayName("R3: damage inside a file is found by its sum")
  void damageIsFound() throws IOException {
    LocalState<Settings> state = desk.settings(Storage.inFolder(dir));
    state.update(s -> s.withCount(5));
    state.dispose();
    Path file = dir.resolve("settings.json");
    String damaged = Files.readString(file).replace("\"count\":5", "\"count\":6");
    Files.writeString(file, damaged);
    assertThatThrownBy(() -> desk.settings(Storage.inFolder(dir)))
        .isInstanceOf(UnreadableRecordException.class)
        .hasMessageContaining("damaged");
    assertThat(file).hasContent(damaged);
  }

  @Test
  @DisplayName("S3: a folder that cannot be written any more is reported with its path, and heals")
  void aFolderThatCannotBeWrittenIsReported() throws IOException {
    Path folder = dir.resolve("in");
    LocalState<Settings> state = desk.settings(Storage.inFolder(folder));
    for (String name : List.of("settings.json", "settings.lock")) {
      Files.deleteIfExists(folder.resolve(name));
    }
    Files.delete(folder);
    Files.writeString(folder, "in the way");
    state.update(s -> s.withCount(5));
    desk.pass();
    assertThat(desk.problems().getFirst()).contains(folder.toString()).contains("settings");
    Files.delete(folder);
    desk.pass();
    assertThat(folder.resolve("settings.json")).content().contains("\"count\":5");
  }

  @Test
  @DisplayName("S3: a write that fails leaves the old file, and nothing beside it")
  void aWriteThatFailsLeavesNothing() throws IOException {
    Path unwritable = dir.resolve("x".repeat(300));
    assertThatThrownBy(() -> AtomicFile.replace(unwritable, new byte[10]))
        .isInstanceOf(IOException.class);
    assertThat(names()).isEmpty();
  }

  @Test
  void filesAreTheOwnersAlone() throws IOException {
    assumeTrue(dir.getFileSystem().supportedFileAttributeViews().contains("posix"), "POSIX");
    Path folder = dir.resolve("in");
    Storage.inFolder(folder).setItem("k", "text");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("k.json"))))
        .isEqualTo("rw-------");
  }

  @Test
  void whatAProcessLeftThatDiedIsRemovedWithTheNextWrite() throws IOException {
    Storage storage = Storage.inFolder(dir);
    Files.writeString(dir.resolve("k.json.0123456789abcdef.tmp"), "half");
    Files.writeString(dir.resolve("kk.json.0123456789abcdef.tmp"), "another's");
    storage.setItem("k", "text");
    assertThat(names()).containsExactly("k.json", "k.lock", "kk.json.0123456789abcdef.tmp");
  }

  @Test
  void replacingComparesFirst() {
    FileStorage storage = new FileStorage(dir);
    assertThat(storage.replaceItem("k", "x", "1")).isFalse();
    assertThat(storage.replaceItem("k", null, "1")).isTrue();
    assertThat(storage.replaceItem("k", null, "2")).isFalse();
    assertThat(storage.replaceItem("k", "1", "2")).isTrue();
    assertThat(storage.getItem("k")).isEqualTo("2");
  }

  @Test
  void aChangeOfAnotherProgramIsSeen() throws IOException {
    LocalState<Settings> state = desk.threaded(p -> p.storage(Storage.inFolder(dir)));
    state.update(s -> s.withCount(1));
    state.flush();
    Path copy = Files.createDirectory(dir.resolve("copy"));
    Files.copy(dir.resolve("settings.json"), copy.resolve("settings.json"));
    LocalState<Settings> other = desk.threaded(p -> p.storage(Storage.inFolder(copy)));
    other.update(s -> s.withCount(2));
    other.dispose();

    java.util.List<Integer> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
    var unused = state.subscribe(s -> seen.add(s.count()));
    Files.move(
        copy.resolve("settings.json"),
        dir.resolve("settings.json"),
        java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    await().until(() -> state.state().count() == 2);
    await().until(() -> seen.equals(List.of(2)));
    state.update(s -> s.withName("on top"));
    state.flush();
    assertThat(Files.readString(dir.resolve("settings.json"))).contains("on top").contains(":2");
  }

  @Test
  @DisplayName("S5: a file that another program deletes is an erase, seen at once")
  void aFileThatIsDeletedTakesTheStateToDefaults() throws IOException {
    LocalState<Settings> state = desk.threaded(p -> p.storage(Storage.inFolder(dir)));
    state.update(s -> s.withCount(1).withName("before"));
    state.flush();
    Files.delete(dir.resolve("settings.json"));
    await().until(() -> state.state().equals(Settings.NEW));
    state.update(s -> s.withCount(s.count() + 1));
    state.flush();
    assertThat(Files.readString(dir.resolve("settings.json")))
        .contains("\"count\":1")
        .doesNotContain("before");
  }

  @Test
  void thePlatformsFolderIsFollowed() {
    Path home = Path.of("/home/me");
    assertThat(AppFolder.of("app", "Linux", home, name -> null))
        .isEqualTo(home.resolve(".local/share/app"));
    assertThat(AppFolder.of("app", "Linux", home, Map.of("XDG_DATA_HOME", "/data")::get))
        .isEqualTo(Path.of("/data/app"));
    assertThat(AppFolder.of("app", "Linux", home, Map.of("XDG_DATA_HOME", "relative")::get))
        .isEqualTo(home.resolve(".local/share/app"));
    assertThat(AppFolder.of("app", "Mac OS X", home, name -> null))
        .isEqualTo(home.resolve("Library/Application Support/app"));
    assertThat(AppFolder.of("app", "Windows 11", home, Map.of("LOCALAPPDATA", "/c/Local")::get))
        .isEqualTo(Path.of("/c/Local/app"));
    assertThat(AppFolder.of("app", "Windows 11", home, name -> null))
        .isEqualTo(home.resolve("AppData/Local/app"));
    for (String bad : List.of("", ".", "..", "a/b", "a\\b", ".hidden", "a.", " a")) {
      assertThatThrownBy(() -> Storage.forApp(bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"" + bad + "\"");
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "in the way");
    Storage storage = Storage.inFolder(file.resolve("in"));
    assertThatThrownBy(() -> storage.setItem("k", "x"))
        .isInstanceOf(StateStoreException.class)
        .hasMessageContaining("k.json");
  }
}
