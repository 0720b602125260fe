package dev.holdfast.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.Enumerable;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateKey.Scope;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Entry;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult.Saved;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The part of {@link StateStoreContract} on telling keys apart. */
abstract class KeyContract extends ConcurrencyContract {

  @Test
  @DisplayName("hazard 44, K1: hostile ids are told apart and come back")
  void hostileIdsAreToldApartAndComeBack() {
    List<StateKey> keys = new ArrayList<>();
    for (String id : hostileIds()) {
      for (Scope scope : Scope.values()) {
        keys.add(new StateKey(MODULE, scope, id));
        keys.add(new StateKey("Other", scope, id));
      }
    }
    assertThat(new HashSet<>(keys)).hasSameSizeAs(keys);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      entries.add(new Put(keys.get(i), Revision.NONE, numberedRecord(i)));
    }
    assertThat(store.write(new WriteBatch(entries))).allMatch(Saved.class::isInstance);
    for (int i = 0; i < keys.size(); i++) {
      assertLoads(keys.get(i), numberedRecord(i));
    }
    if (store instanceof Enumerable listing) {
      assertThat(allKeys(listing, MODULE, 7))
          .containsExactlyInAnyOrderElementsOf(
              keys.stream().filter(key -> key.module().equals(MODULE)).toList());
    }
  }

  @Test
  void moduleNamesAreToldApart() {
    List<String> modules =
        List.of("A", "a", "A ", "A/b", "A:b", "A\u0000", "Ä", "A\u0308", "%41", "A%", "A_", "*");
    for (int i = 0; i < modules.size(); i++) {
      put(StateKey.global(modules.get(i)), Revision.NONE, numberedRecord(i));
    }
    for (int i = 0; i < modules.size(); i++) {
      assertLoads(StateKey.global(modules.get(i)), numberedRecord(i));
      if (store instanceof Enumerable listing) {
        assertThat(allKeys(listing, modules.get(i), 10))
            .containsExactly(StateKey.global(modules.get(i)));
      }
    }
  }

  private static List<String> hostileIds() {
    return List.of(
        "k",
        "session:s1",
        "global:App",
        "global",
        "../x",
        "..",
        "/etc/passwd",
        "a/b",
        "a%2fb",
        "a%2Fb",
        "a\\b",
        "A",
        "a",
        "a ",
        " a",
        "a\u00a0",
        "a\u0000",
        "a\u0000b",
        "\u0000",
        "%",
        "%00",
        "%25",
        "_",
        "*",
        "'; DROP TABLE state; --",
        "\"quoted\"",
        "'",
        "line\nbreak",
        "line\r\nbreak",
        "tab\t",
        "null",
        "1",
        "01",
        "1.0",
        "é",
        "e\u0301",
        "ﬁ",
        "fi",
        "ß",
        "ss",
        "İ",
        "ı",
        "🙂",
        "\ud83d",
        "\ude42",
        "\ude42\ud83d",
        "a\ud83db",
        "?",
        "a?b",
        "\ufffd",
        "a\ufffdb",
        "%ud83d",
        "\ufeffa",
        "\uffff",
        "x".repeat(4_000),
        "x".repeat(4_001),
        "日".repeat(StateKey.MAX_ID_LENGTH));
  }
}
