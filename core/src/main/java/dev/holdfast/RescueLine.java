package dev.holdfast;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriterMark;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One record of a rescue file as a line of ASCII: the CRC-32 of the rest, then JSON. The content is
 * in base64, so that it comes back byte for byte. The records that end with it, if any, are a
 * member of its own, which a program that does not know it passes over.
 */
final class RescueLine {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  private static final int CHECK = 8;

  private RescueLine() {}

  static String encode(Rescued rescued) {
    ObjectNode json = JSON.createObjectNode();
    write(rescued.put(), json);
    if (!rescued.ends().isEmpty()) {
      ArrayNode ends = json.putArray("ends");
      for (Put end : rescued.ends()) {
        // First, so that this does not begin as the line of the key does: see isOf.
        write(end, ends.addObject().put("mutual", end.isMutual()));
      }
    }
    String line = JSON.writeValueAsString(json);
    return check(line) + " " + line;
  }

  private static void write(Put put, ObjectNode json) {
    StateRecord record = put.record();
    json.put("module", put.key().module());
    json.put("scope", put.key().scope().name());
    json.put("id", put.key().id());
    json.put("expected", text(put.expected()));
    json.put("revision", text(record.revision()));
    json.put("writer", record.writer().writer());
    json.put("sequence", record.writer().sequence());
    json.put("schema", record.schemaVersion());
    json.put("written", record.writtenAt().toEpochMilli());
    Instant dueAt = record.dueAt();
    if (dueAt != null) {
      json.put("due", dueAt.toEpochMilli());
    }
    json.put("content", record.content());
  }

  /** Null if the line is damaged. */
  static @Nullable Rescued decode(String line) {
    if (line.length() < CHECK + 2 || !line.startsWith(check(line.substring(CHECK + 1)))) {
      return null;
    }
    try {
      return rescued(JSON.readTree(line.substring(CHECK + 1)));
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      return null; // It has the right sum, and was not written by this version.
    }
  }

  /** Whether a line is of a key, or names it and can be read no more. */
  static boolean isOf(StateKey key, String line) {
    Rescued rescued = decode(line);
    if (rescued != null) {
      return rescued.key().equals(key);
    }
    ObjectNode named = JSON.createObjectNode();
    named.put("module", key.module());
    named.put("scope", key.scope().name());
    named.put("id", key.id());
    String start = JSON.writeValueAsString(named);
    return line.contains(start.substring(0, start.length() - 1) + ",");
  }

  private static Rescued rescued(JsonNode json) {
    Put put = put(json, null, false);
    List<Put> ends = new ArrayList<>();
    JsonNode tied = json.get("ends");
    if (tied != null) {
      tied.forEach(end -> ends.add(put(end, put.key(), end.required("mutual").booleanValue())));
    }
    return new Rescued(put, List.copyOf(ends));
  }

  private static Put put(JsonNode json, @Nullable StateKey tiedTo, boolean mutual) {
    StateKey key =
        new StateKey(
            json.required("module").asString(),
            StateKey.Scope.valueOf(json.required("scope").asString()),
            json.required("id").asString());
    JsonNode due = json.get("due");
    StateRecord record =
        new StateRecord(
            revision(json.required("revision").asString()),
            new WriterMark(
                json.required("writer").longValue(), json.required("sequence").longValue()),
            json.required("schema").intValue(),
            Instant.ofEpochMilli(json.required("written").longValue()),
            due == null ? null : Instant.ofEpochMilli(due.longValue()),
            json.required("content").binaryValue());
    return new Put(key, revision(json.required("expected").asString()), record, tiedTo, mutual);
  }

  private static String text(Revision revision) {
    return Long.toHexString(revision.incarnation()) + "." + revision.count();
  }

  private static Revision revision(String text) {
    int dot = text.indexOf('.');
    return new Revision(
        Long.parseUnsignedLong(text.substring(0, Math.max(dot, 0)), 16),
        Long.parseLong(text.substring(dot + 1)));
  }

  private static String check(String text) {
    CRC32 sum = new CRC32();
    sum.update(text.getBytes(StandardCharsets.US_ASCII));
    return "%08x".formatted(sum.getValue());
  }
}
