package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Envelope.UnreadableContentException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Damaged and hostile records: nothing but typed errors, and nothing guessed (law R3). What is read
 * all the same comes back as it is when written and read again. A failure names the seed.
 */
class RecordFuzzTest {

  private static final int NEWEST = RecordFuzzTarget.NEWEST;
  private static final boolean NIGHTLY = Boolean.getBoolean("holdfast.nightly");
  private static final int INPUTS = NIGHTLY ? 300_000 : 30_000;

  private final List<byte[]> seeds = new ArrayList<>();
  private final Set<String> whole = new HashSet<>();

  @BeforeEach
  void sow() {
    for (String state :
        List.of(
            """
            {"name":"a","times":{"at":"2026-11-22T01:02:03Z"},"lines":[{"t":"tea","count":2}],
             "byName":{"k":{"text":"x"}},"extra":[1,{"b":null}]}
            """,
            """
            {"title":"Größe ✓","at":"2026-11-22T01:02:03.4Z","light":{"@type":"On","level":1,"by":["a"]},
             "lines":[{"text":"tea","count":2,"x":1.50},{"text":"tea","count":2,"x":2}],
             "parts":[{"title":null,"parts":[{}]}],"price":"-Infinity"}
            """,
            "{}")) {
      byte[] json = state.strip().getBytes(StandardCharsets.UTF_8);
      seeds.add(json);
      for (int version = 1; version <= NEWEST; version++) {
        Envelope envelope =
            new Envelope(json, Map.of("s/k3jx", new ActionIds.Client(17, 131_071, 1_790_000L)));
        seeds.add(envelope.encode(version));
        whole.add(text(envelope.encode(version)));
      }
    }
    seeds.add(GoldenFiles.read("record-format-1.json"));
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.ISO_8859_1);
  }

  @Test
  @DisplayName("hazard 22, R3: mutated envelopes are refused, or are what was written")
  void envelopes() {
    each(
        (bytes, version) -> {
          try {
            Envelope envelope = Envelope.decode(bytes, version);
            boolean summed = text(bytes).startsWith("{\"format\":2");
            assertThat(summed && !whole.contains(text(bytes))).as("damage that passes").isFalse();
            byte[] again = envelope.encode(version);
            assertThat(Envelope.decode(again, version).ids()).isEqualTo(envelope.ids());
            return true;
          } catch (UnreadableContentException e) {
            return false;
          }
        });
  }

  @Test
  @DisplayName("hazards 18 and 22, R3: mutated records restore to a state, or to a typed error")
  void restoredRecords() {
    each(RecordFuzzTarget::restores);
  }

  @Test
  @DisplayName("R4, R5: mutated states are migrated and restored without a guess, or refused")
  void migratedStates() {
    each(RecordFuzzTarget::migrates);
  }

  @FunctionalInterface
  private interface Target {
    /** Returns whether the input was taken. */
    boolean run(byte[] bytes, int version);
  }

  private void each(Target target) {
    long first = NIGHTLY ? System.nanoTime() : 20_261_122L;
    int taken = 0;
    for (int i = 0; i < INPUTS; i++) {
      Random random = new Random(first + i);
      byte[] bytes = Mutations.of(seeds, random);
      int version = 1 + random.nextInt(NEWEST + 1);
      try {
        taken += target.run(bytes, version) ? 1 : 0;
      } catch (RuntimeException | Error e) {
        throw new AssertionError(
            "Seed %d, version %d: %s".formatted(first + i, version, text(bytes)), e);
      }
    }
    assertThat(taken).as("inputs that are taken").isBetween(INPUTS / 1_000, INPUTS);
  }
}
