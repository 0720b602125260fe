package dev.holdfast.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.Enumerable;
import dev.holdfast.store.Enumerable.Due;
import dev.holdfast.store.Page;
import dev.holdfast.store.PageRequest;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Delete;
import dev.holdfast.store.WriteBatch.Entry;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult;
import dev.holdfast.store.WriteResult.Saved;
import dev.holdfast.store.WriterMark;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the parts of {@link StateStoreContract} have in common: the store under test and short
 * words.
 */
abstract class ContractWords {

  static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678Z");
  static final WriterMark WRITER = new WriterMark(77, 5);
  static final String MODULE = "Contract";
  static final StateKey KEY = StateKey.keyed(MODULE, "k");

  StateStore store;

  abstract StateStore openStore();

  @BeforeEach
  void beginOnAnEmptyStore() {
    store = openStore();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  WriteResult put(StateKey key, Revision expected, StateRecord record) {
    return single(new Put(key, expected, record));
  }

  WriteResult delete(StateKey key, Revision expected) {
    return single(new Delete(key, expected));
  }

  WriteResult single(Entry entry) {
    List<WriteResult> results = store.write(WriteBatch.of(entry));
    assertThat(results).hasSize(1);
    return results.getFirst();
  }

  StateRecord saved(StateKey key, Revision revision) {
    StateRecord record = record(revision, "{\"saved\":\"%s\"}".formatted(revision));
    assertThat(put(key, Revision.NONE, record)).isEqualTo(new Saved(revision));
    return record;
  }

  StateRecord buried(StateKey key, Revision expected, Revision revision) {
    StateRecord tombstone =
        StateRecord.tombstone(revision, WRITER, TIME, TIME.plus(Duration.ofMinutes(10)));
    assertThat(put(key, expected, tombstone)).isEqualTo(new Saved(revision));
    return tombstone;
  }

  void assertLoads(StateKey key, StateRecord record) {
    Optional<StateRecord> loaded = store.load(key);
    assertThat(loaded.map(StateRecord::text)).as("content of %s", key).contains(record.text());
    assertThat(loaded).contains(record);
  }

  static List<StateKey> allKeys(Enumerable listing, String module, int limit) {
    List<StateKey> keys = new ArrayList<>();
    Page<StateKey> page = listing.keys(module, PageRequest.first(limit));
    keys.addAll(page.items());
    while (page.next() != null) {
      page = listing.keys(module, new PageRequest(limit, page.next()));
      assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
      keys.addAll(page.items());
    }
    return keys;
  }

  static StateKey numbered(int number) {
    return StateKey.keyed(MODULE, "n" + number);
  }

  static StateRecord numberedRecord(int number) {
    return record(new Revision(number + 1L, 1), "{\"n\":%d}".formatted(number));
  }

  static Due dueOf(int number) {
    return new Due(numbered(number), Revision.first(number), false);
  }

  static StateRecord record(Revision revision, String json) {
    return new StateRecord(revision, WRITER, 1, TIME, null, utf8(json));
  }

  static StateRecord due(Revision revision, Instant dueAt) {
    return new StateRecord(revision, WRITER, 1, TIME, dueAt, utf8("{\"due\":true}"));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
