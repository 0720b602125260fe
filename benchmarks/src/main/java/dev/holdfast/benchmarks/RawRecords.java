package dev.holdfast.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriterMark;
import java.time.Instant;
import java.util.Arrays;

/** Records encoded beforehand, as long as the engine's, each written on top of the one before. */
final class RawRecords {

  private final Revision[] revisions;
  private final byte[] content;

  /**
   * @param keys how many records there are
   * @param bytes how large a state is as JSON, about
   */
  RawRecords(int keys, int bytes) {
    this.revisions = new Revision[keys];
    Arrays.fill(revisions, Revision.NONE);
    // As long as the engine's, ids included.
    this.content =
        ("{\"format\":2,\"crc\":\"00000000\",\"ids\":{\"/1a2b3c-123\":[123456,-1,1790000000000]},"
                + "\"state\":{\"visits\":123456,\"about\":\"%s\"}}")
            .formatted(Profile.sized(bytes).about())
            .getBytes(UTF_8);
  }

  int keys() {
    return revisions.length;
  }

  /** The next write of a key, which is taken to succeed. */
  WriteBatch.Put next(int key, Instant now) {
    Revision before = revisions[key];
    Revision after = before.isNone() ? Revision.first(key + 1) : before.next();
    revisions[key] = after;
    return new WriteBatch.Put(
        StateKey.keyed("Profile", Profile.id(key)),
        before,
        new StateRecord(after, new WriterMark(1, 1), 1, now, null, content));
  }
}
