package dev.holdfast.model;

import dev.holdfast.Holdfast;
import dev.holdfast.store.WriteBatch;
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

  Slot(int number) {
    this.number = number;
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
