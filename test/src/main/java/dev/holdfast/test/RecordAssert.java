package dev.holdfast.test;

import dev.holdfast.Records;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Assertions on one record, as it was stored when {@link HoldfastExtension#record} was called. Each
 * returns itself, and fails with an {@link AssertionError} that names module and id.
 */
public final class RecordAssert {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_UNQUOTED_PROPERTY_NAMES)
          .build();

  private static final int MOST_SHOWN = 20;

  private final StateKey key;
  private final @Nullable StateRecord record;

  RecordAssert(StateKey key, @Nullable StateRecord record) {
    this.key = key;
    this.record = record == null || record.isTombstone() ? null : record;
  }

  /** There is no record; the tombstone of an erased one counts as none. */
  public RecordAssert isAbsent() {
    if (record != null) {
      throw new AssertionError(
          "%s has a record, written %d times: %s"
              .formatted(title(), record.revision().count(), Records.stateJson(record)));
    }
    return this;
  }

  /** There is a record. */
  public RecordAssert isPresent() {
    var unused = record();
    return this;
  }

  /**
   * The record was written so many times since it was created, once for each commit that changed
   * it.
   *
   * @param count from 1
   */
  public RecordAssert hasRevision(long count) {
    return is("revision", count, record().revision().count());
  }

  /** The state is stored in this version of the module's schema. */
  public RecordAssert hasSchemaVersion(int version) {
    return is("schema version", version, record().schemaVersion());
  }

  /** The record was written at this time, to the millisecond. */
  public RecordAssert wasWrittenAt(Instant time) {
    return is("time of writing", time, record().writtenAt());
  }

  /** The record is looked at again, and expires if nobody uses it, at this time. */
  public RecordAssert isDueAt(Instant time) {
    return is("due time", time, record().dueAt());
  }

  /** Nobody will look at the record again: it does not expire. */
  public RecordAssert isNeverDue() {
    return is("due time", null, record().dueAt());
  }

  /**
   * The stored state is this JSON, as a tree: white space and the order of properties do not count,
   * and numbers are compared by value. Single quotes and names without quotes are allowed.
   *
   * @throws IllegalArgumentException if the text is not JSON
   */
  public RecordAssert hasJson(String json) {
    JsonNode expected = expected(json);
    JsonNode actual = JSON.readTree(Records.stateJson(record()));
    List<String> differences = JsonDifference.between(expected, actual);
    if (!differences.isEmpty()) {
      int more = differences.size() - MOST_SHOWN;
      throw new AssertionError(
          "The state of %s differs from what is expected:%n  %s%s%nIt is: %s"
              .formatted(
                  title(),
                  String.join(
                      System.lineSeparator() + "  ",
                      differences.subList(0, Math.min(MOST_SHOWN, differences.size()))),
                  more > 0 ? "%n  and %d more".formatted(more) : "",
                  actual));
    }
    return this;
  }

  /** The stored state as JSON text, for assertions of the test's own. */
  public String json() {
    return Records.stateJson(record());
  }

  private static JsonNode expected(String json) {
    try {
      return JSON.readTree(json);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("What is expected is not JSON: " + json, e);
    }
  }

  private StateRecord record() {
    if (record == null) {
      throw new AssertionError(title() + " has no record");
    }
    return record;
  }

  private RecordAssert is(String what, @Nullable Object expected, @Nullable Object actual) {
    if (!Objects.equals(expected, actual)) {
      throw new AssertionError(
          "The %s of %s is %s, not %s".formatted(what, title(), actual, expected));
    }
    return this;
  }

  private String title() {
    return "%s \"%s\" (%s)".formatted(key.module(), key.id(), key.scope());
  }
}
