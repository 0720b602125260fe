package dev.holdfast.model;

import dev.holdfast.store.Enumerable;
import dev.holdfast.store.Page;
import dev.holdfast.store.PageRequest;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriteResult.Saved;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The disk: what is here survives every crash. Each write that lands is shown to the judge. */
final class WatchedStore implements StateStore, Enumerable {

  private static final int MAX_COPIES = 8;

  private final StateStore store = StateStore.inMemory();
  private final Enumerable listing = (Enumerable) store;
  private final Map<StateKey, StateRecord> damaged = new HashMap<>();
  private @Nullable Judge judge;

  /** From now on somebody watches. */
  void watchedBy(Judge judge) {
    this.judge = judge;
  }

  @Override
  public Optional<StateRecord> load(StateKey key) {
    StateRecord bad = damaged.get(key);
    return bad == null ? store.load(key) : Optional.of(bad);
  }

  @Override
  public List<WriteResult> write(WriteBatch batch) {
    List<WriteResult> results = store.write(batch);
    List<WriteBatch.Entry> landed = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i) instanceof Saved) {
        landed.add(batch.entries().get(i));
      }
    }
    Judge watching = Objects.requireNonNull(judge);
    for (WriteBatch.Entry entry : landed) {
      StateRecord bad = damaged.remove(entry.key());
      if (bad != null) {
        watching.overwritten(entry, isCopied(entry.key(), bad));
      }
    }
    watching.landed(landed);
    return results;
  }

  /** Makes a record unreadable. Returns false if there is none. */
  boolean damage(StateKey key, int how) {
    StateRecord record = store.load(key).filter(found -> !found.isTombstone()).orElse(null);
    if (record == null || damaged.containsKey(key)) {
      return false;
    }
    byte[] content = record.content().clone();
    content =
        switch (how % 3) {
          case 0 -> Arrays.copyOf(content, content.length / 2);
          case 1 -> "not a record".getBytes(StandardCharsets.UTF_8);
          default -> flipped(content);
        };
    damaged.put(
        key,
        new StateRecord(
            record.revision(),
            record.writer(),
            record.schemaVersion(),
            record.writtenAt(),
            record.dueAt(),
            content));
    return true;
  }

  /** One digit of a ticket is another one: only a checksum can tell. */
  private static byte[] flipped(byte[] content) {
    int at = new String(content, StandardCharsets.ISO_8859_1).indexOf("\"login\":");
    if (at >= 0) {
      content[at + 8] = (byte) (content[at + 8] == '7' ? '8' : '7');
    }
    return content;
  }

  /** What is damaged still, and not put aside, is as it was before. */
  void mend() {
    damaged.keySet().removeIf(key -> !Modules.isWard(key));
  }

  boolean isDamaged(StateKey key) {
    return damaged.containsKey(key);
  }

  /** Whether there is a copy of a record that could not be read. */
  boolean hasCopy(StateKey key) {
    return copies(key).findAny().isPresent();
  }

  private boolean isCopied(StateKey key, StateRecord record) {
    return copies(key).anyMatch(copy -> Arrays.equals(copy.content(), record.content()));
  }

  private Stream<StateRecord> copies(StateKey key) {
    return IntStream.rangeClosed(1, MAX_COPIES)
        .mapToObj(number -> "$quarantine" + (number == 1 ? "" : number) + "." + key.module())
        .flatMap(name -> store.load(new StateKey(name, key.scope(), key.id())).stream())
        .filter(copy -> !copy.isTombstone());
  }

  @Override
  public Page<StateKey> keys(String module, PageRequest page) {
    return listing.keys(module, page);
  }

  @Override
  public List<Due> due(Instant now, int limit) {
    return listing.due(now, limit);
  }

  @Override
  public void close() {
    // The disk stays.
  }
}
