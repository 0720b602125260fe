package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.Enumerable;
import dev.holdfast.store.PageRequest;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteBatch;
import dev.holdfast.store.WriteBatch.Put;
import dev.holdfast.store.WriteResult.Saved;
import dev.holdfast.store.WriterMark;
import dev.holdfast.test.FaultyStateStore;
import dev.holdfast.test.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A runtime over a store that goes wrong on command and a clock that stands still. */
final class Lab implements AutoCloseable {

  static final Duration SESSION_TTL = Duration.ofHours(1);

  private final StateStore disk = StateStore.inMemory();
  private final boolean inline;
  private final List<StateModule<?>> modules;

  final FaultyStateStore store = FaultyStateStore.around(disk);
  final ManualClock clock = new ManualClock();
  Holdfast app;

  private Lab(boolean inline, StateModule<?>... modules) {
    this.inline = inline;
    this.modules = List.of(modules);
    this.app = open();
  }

  /** Everything happens on the calling thread. */
  static Lab inline(StateModule<?>... modules) {
    return new Lab(true, modules);
  }

  /** Loads, commits and handlers have threads of their own, so that a load may hang. */
  static Lab threaded(StateModule<?>... modules) {
    return new Lab(false, modules);
  }

  /** A runtime on the same store and clock; the lab closes only its own. */
  Holdfast open() {
    Holdfast.Builder builder =
        Holdfast.builder(store).clock(clock).sessionTtl(SESSION_TTL).modules(modules);
    return (inline ? builder.executor(Runnable::run) : builder).open();
  }

  /** Closes the runtime and opens another one on the same store. */
  Lab restart() {
    app.close();
    app = open();
    return this;
  }

  /** Closes the runtime, lets time pass while nothing runs, and opens another one. */
  Lab restartAfter(Duration pause) {
    app.close();
    clock.advance(pause);
    app = open();
    return this;
  }

  /** Whether a client that shows this token gets its session back; it leaves at once. */
  boolean isKnown(String token) {
    try (SessionConnection connection = app.sessions().connect(token)) {
      return !connection.isNew();
    }
  }

  /** What the store holds, past all faults; null for no record. */
  @Nullable StateRecord record(StateKey key) {
    return disk.load(key).filter(record -> !record.isTombstone()).orElse(null);
  }

  /** The record's content as text, "" without one. */
  String text(StateKey key) {
    StateRecord record = record(key);
    return record == null ? "" : record.text();
  }

  /** The ids of a module's records. */
  List<String> ids(String module) {
    return ((Enumerable) disk)
        .keys(module, PageRequest.first(1_000)).items().stream().map(StateKey::id).toList();
  }

  /** Puts a record with this content into the store, as an earlier program may have left it. */
  StateRecord plant(StateKey key, int schemaVersion, byte[] content) {
    StateRecord present = disk.load(key).orElse(null);
    Revision expected = present == null ? Revision.NONE : present.revision();
    Revision next = present == null ? Revision.first(7) : expected.next();
    StateRecord planted =
        new StateRecord(next, new WriterMark(7, 1), schemaVersion, clock.instant(), null, content);
    assertThat(disk.write(WriteBatch.of(new Put(key, expected, planted))).getFirst())
        .isInstanceOf(Saved.class);
    return planted;
  }

  /** Plants a state, given as JSON, in an envelope of today's format. */
  StateRecord plant(StateKey key, String state) {
    return plant(key, 1, utf8("{\"format\":1,\"state\":%s}".formatted(state)));
  }

  /** How many writes of a key have arrived. */
  long writesOf(StateKey key) {
    return store.writes().stream()
        .flatMap(batch -> batch.entries().stream())
        .filter(entry -> entry.key().equals(key))
        .count();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Waits for an answer, for at most 10 s, and throws what it fails with as itself. */
  static <T> T answer(CompletableFuture<T> future) {
    try {
      return future.get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException typed) {
        throw typed;
      }
      throw new AssertionError(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("No answer within 10 s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted", e);
    }
  }

  /** Ends all faults and closes the runtime. */
  @Override
  public void close() {
    store.loading().recover().release();
    store.writing().recover().release();
    app.close();
  }
}
