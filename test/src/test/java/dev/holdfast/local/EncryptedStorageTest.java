package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.local.Desk.Settings;
import dev.holdfast.store.StateStoreException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EncryptedStorageTest {

  private final TestStorage inside = new TestStorage();

  static SecretKey key(String seed) {
    return new SecretKeySpec(Arrays.copyOf(seed.getBytes(StandardCharsets.US_ASCII), 32), "AES");
  }

  static EncryptionKeys keys(String id) {
    return EncryptionKeys.of(id, key(id));
  }

  @Test
  void aTextComesBackAndIsNotReadable() {
    Storage storage = inside.encrypted(keys("a"));
    storage.setItem("k", "secret text");
    storage.setItem("k2", "secret text");
    assertThat(storage.getItem("k")).isEqualTo("secret text");
    assertThat(storage.getItem("none")).isNull();
    assertThat(inside.items.get("k")).startsWith("holdfast-aes1 a ").doesNotContain("secret");
    assertThat(inside.items.get("k")).isNotEqualTo(inside.items.get("k2"));
  }

  @Test
  void aTextThatWasChangedOrMovedIsRefused() {
    Storage storage = inside.encrypted(keys("a"));
    storage.setItem("k", "secret text");
    String text = inside.text("k");
    inside.items.put("other", text);
    assertThatThrownBy(() -> storage.getItem("other"))
        .isInstanceOf(StateStoreException.class)
        .hasMessageContaining("\"other\"");
    char last = text.charAt(text.length() - 5);
    String changed =
        text.substring(0, text.length() - 5)
            + (last == 'A' ? 'B' : 'A')
            + text.substring(text.length() - 4);
    inside.items.put("k", changed);
    assertThatThrownBy(() -> storage.getItem("k")).isInstanceOf(StateStoreException.class);
    inside.items.put("k", "plain");
    assertThatThrownBy(() -> storage.getItem("k"))
        .isInstanceOf(StateStoreException.class)
        .hasMessageContaining("left as it is");
  }

  @Test
  void theIdOfTheKeyIsBoundToTheText() {
    inside.encrypted(keys("a")).setItem("k", "secret text");
    inside.items.compute("k", (k, text) -> text.replace("holdfast-aes1 a ", "holdfast-aes1 b "));
    Storage both = inside.encrypted(EncryptionKeys.of("a", key("a")).and("b", key("a")));
    assertThatThrownBy(() -> both.getItem("k")).isInstanceOf(StateStoreException.class);
  }

  @Test
  void anOlderKeyStillReadsAndTheNextSaveUsesTheNewOne() {
    try (Desk desk = new Desk()) {
      LocalState<Settings> state = desk.settings(inside.encrypted(keys("old")));
      state.update(s -> s.withCount(5));
      state.dispose();
      assertThat(inside.items.get("settings")).startsWith("holdfast-aes1 old ");

      Storage rotated = inside.encrypted(keys("new").and("old", key("old")));
      LocalState<Settings> again = desk.settings(rotated);
      assertThat(again.state().count()).isEqualTo(5);
      again.update(s -> s.withCount(6));
      again.dispose();
      assertThat(inside.items.get("settings")).startsWith("holdfast-aes1 new ");
      assertThat(desk.settings(inside.encrypted(keys("new"))).state().count()).isEqualTo(6);
    }
  }

  @Test
  @DisplayName("R2: a state whose key is missing fails, and is not written over")
  void aMissingKeyFailsTheDefinition() {
    try (Desk desk = new Desk()) {
      LocalState<Settings> state = desk.settings(inside.encrypted(keys("a")));
      state.update(s -> s.withCount(5));
      state.dispose();
      String before = inside.items.get("settings");
      assertThatThrownBy(() -> desk.settings(inside.encrypted(keys("b"))))
          .hasMessageContaining("settings");
      assertThat(inside.items).containsEntry("settings", before);
    }
  }

  @Test
  void keysAreCheckedEarly() {
    assertThatThrownBy(() -> EncryptionKeys.of("a b", key("a")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> EncryptionKeys.of("a", new SecretKeySpec(new byte[5], "AES")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> keys("a").and("a", key("b")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(keys("a")).hasToString("EncryptionKeys[a]");
  }
}
