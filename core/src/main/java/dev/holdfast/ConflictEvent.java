package dev.holdfast;

import dev.holdfast.store.Revision;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Flight recorder: another writer was first, and the live instance went on from its record. */
@Name("dev.holdfast.Conflict")
@Label("Conflict")
@Category("Holdfast")
@Description("Another writer changed a record first; the live instance went on from it")
@StackTrace(false)
final class ConflictEvent extends Event {

  private static final ConflictEvent PROBE = new ConflictEvent("", 0);

  @Label("Module")
  final String module;

  @Label("Revision")
  @Description("How often the other writer's record was written in its life; 0 if it is gone")
  final long revision;

  @Label("Lost Changes")
  @Description("Uncommitted changes that the other record has undone")
  long lost;

  @Label("Stored")
  @Description("Actions that the other record holds already")
  int stored;

  @Label("Replayed")
  @Description("Reducers that run again on the other record")
  int replayed;

  @Label("Failed")
  @Description("Actions that were answered with a conflict")
  int failed;

  private ConflictEvent(String module, long revision) {
    this.module = module;
    this.revision = revision;
  }

  static void report(String module, Revision other, Overtaken<?> overtaken) {
    if (!PROBE.isEnabled()) {
      return;
    }
    ConflictEvent event = new ConflictEvent(module, other.count());
    event.lost = overtaken.undone();
    event.stored = overtaken.stored().size();
    event.replayed = overtaken.again().size();
    event.failed = overtaken.failed().size();
    event.commit();
  }
}
