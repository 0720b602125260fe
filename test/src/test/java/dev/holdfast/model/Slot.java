package dev.holdfast.model;

import dev.holdfast.Holdfast;
import dev.holdfast.store.WriteBatch;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A place where a runtime runs, one life after the other. */
final class Slot {

  final int number;
  private @Nullable Machine process;
  private @Nullable Link link;
  private @Nullable Holdfast app;
  private int open;
  private @Nullable Instant closing;
  private Instant seen = Instant.MIN;
  private int late;

  /** Where a runtime keeps what it cannot save, or null. */
  final @Nullable Path rescue;

  /** Whether something may have been wrong since all was at rest. */
  boolean troubled;

  /** Whether the close that has begun has ended. */
  boolean closed;

  Slot(int number, @Nullable Path rescue) {
    this.number = number;
    this.rescue = rescue;
  }

  boolean isUp() {
    return app != null;
  }

  Machine process() {
    return Objects.requireNonNull(process);
  }

  Link link() {
    return Objects.requireNonNull(link);
  }

  Holdfast app() {
    return Objects.requireNonNull(app);
  }

  void up(Machine process, Link link, Holdfast app) {
    this.process = process;
    this.link = link;
    this.app = app;
    this.open = 0;
    this.closing = null;
    this.closed = false;
  }

  /** Since when it is being closed; null if it is not. */
  @Nullable Instant closing() {
    return closing;
  }

  void closes(Instant now) {
    closing = now;
    seen = now;
    late = 0;
  }

  /**
   * Whether a close goes on for too long: time passes in leaps, and each of its parts has a last
   * moment of its own after the time-out.
   */
  boolean closesTooLong(Instant now) {
    if (closing == null || closed || !now.isAfter(closing.plus(Runtimes.CLOSE_TIMEOUT))) {
      return false;
    }
    late += now.isAfter(seen.plusMillis(150)) ? 1 : 0;
    seen = now;
    return late > 5;
  }

  void received() {
    open++;
  }

  void answered() {
    open--;
  }

  /** How many actions are not answered. */
  int open() {
    return open;
  }

  /** Ends the process where it stands. Returns what was on its way to the disk. */
  List<WriteBatch> down() {
    process().kill();
    app = null;
    return link().underway();
  }
}
