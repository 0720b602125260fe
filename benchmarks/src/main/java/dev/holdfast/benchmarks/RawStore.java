package dev.holdfast.benchmarks;

import dev.holdfast.sqlite.SqliteStateStore;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteResult.Saved;
import dev.holdfast.store.WriterMark;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The ceiling: one thread that writes records encoded beforehand, in the engine's batch sizes. */
final class RawStore implements Measured {

  private final StateStore store;
  private final Revision[] revisions;
  private final byte[] content;
  private List<Integer> sizes = List.of(1);
  private int next;

  RawStore(Path folder, int keys) {
    this.store = SqliteStateStore.open(folder.resolve("raw.db"));
    this.revisions = new Revision[keys];
    Arrays.fill(revisions, Revision.NONE);
    // As long as the engine's, ids included.
    this.content =
        ("{\"format\":2,\"crc\":\"00000000\",\"ids\":{\"/caller123\":[123456,-1,1790000000000]},\"state\":{\"visits\":12345,"
                + "\"about\":\""
                + Profile.FIRST.about()
                + "\"}}")
            .getBytes(StandardCharsets.UTF_8);
  }

  /** The sizes to write in, over and over. */
  void batchSizes(List<Integer> sizes) {
    this.sizes = sizes.isEmpty() ? List.of(1) : sizes;
  }

  @Override
  public String name() {
    return "raw store, same batch sizes";
  }

  @Override
  public double run(long nanos) {
    long begin = System.nanoTime();
    long written = 0;
    for (int i = 0; System.nanoTime() < begin + nanos; i++) {
      written += write(Math.min(sizes.get(i % sizes.size()), revisions.length));
    }
    return written * 1e9 / (System.nanoTime() - begin);
  }

  private int write(int size) {
    List<WriteBatch.Entry> entries = new ArrayList<>(size);
    Instant now = Instant.now();
    int first = next;
    for (int i = 0; i < size; i++) {
      int key = (first + i) % revisions.length;
      Revision before = revisions[key];
      Revision after = before.isNone() ? Revision.first(key + 1) : before.next();
      entries.add(
          new WriteBatch.Put(
              StateKey.keyed("Profile", "profile-" + key),
              before,
              new StateRecord(after, new WriterMark(1, 1), 1, now, null, content)));
      revisions[key] = after;
    }
    next = (first + size) % revisions.length;
    if (!store.write(new WriteBatch(entries)).stream().allMatch(Saved.class::isInstance)) {
      throw new IllegalStateException("A raw write was not saved");
    }
    return size;
  }

  @Override
  public void close() {
    store.close();
  }
}
