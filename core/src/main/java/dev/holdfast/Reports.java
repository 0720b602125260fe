package dev.holdfast;

import dev.holdfast.save.SaveListener;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.time.TimeSource;
import dev.holdfast.time.TimeSource.Deadline;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Tells people what went wrong where no caller can be told: the log, and the listener that the
 * program gave. The log names modules, the listener is told keys.
 */
final class Reports implements SaveListener {

  private final SaveListener listener;
  private final News news;
  private final QuietLog log;

  Reports(SaveListener listener, News news, TimeSource time) {
    this.listener = listener;
    this.news = news;
    this.log = new QuietLog(time);
  }

  /** Something of the user's threw. */
  void threw(String what, Throwable error) {
    log.say(Level.WARN, what, what + " threw " + QuietLog.brief(error), error);
  }

  /** Something is not as it should be, and nothing was lost by it. */
  void odd(String what) {
    log.say(Level.WARN, what, what, null);
  }

  /** Says something of a key's module, once in a while for each module. */
  private void say(Level level, StateKey key, String kind, @Nullable String detail) {
    String text = kind.formatted(key.module());
    log.say(level, text, detail == null ? text : text + ": " + detail, null);
  }

  /** For messages to a caller, who knows the key. */
  static String shown(StateKey key) {
    return key.scope() == StateKey.Scope.SESSION
        ? key.module() + " of a session"
        : key.module() + " \"" + key.id() + "\"";
  }

  @Override
  public void onSaveFailed(List<StateKey> keys, int failures, RuntimeException error) {
    if (Integer.bitCount(failures) == 1) { // The first, and each time it has doubled: not a flood.
      Throwable place = failures == 1 ? error : null;
      log.say(
          Level.WARN,
          "failed " + failures,
          "Saving %d keys failed %d times in a row, and is tried again: %s"
              .formatted(keys.size(), failures, QuietLog.brief(error)),
          place);
    }
    tell(() -> listener.onSaveFailed(keys, failures, error));
  }

  @Override
  public void onRecovered() {
    log.say(Level.INFO, "recovered", "Saving works again", null);
    tell(listener::onRecovered);
  }

  @Override
  public void onStoreDegraded(String store, RuntimeException error) {
    tell(() -> listener.onStoreDegraded(store, error));
  }

  @Override
  public void onStoreRestored(String store) {
    tell(() -> listener.onStoreRestored(store));
  }

  @Override
  public void onDegraded(StateKey key, String reason) {
    say(Level.WARN, key, "A record of module %s is not saved while others are", reason);
    tell(() -> listener.onDegraded(key, reason));
  }

  @Override
  public void onRestored(StateKey key) {
    say(Level.INFO, key, "A record of module %s is saved again", null);
    tell(() -> listener.onRestored(key));
  }

  @Override
  public void onConflict(StateKey key, Revision actual) {
    say(Level.INFO, key, "Another writer changed a record of module %s first", null);
    tell(() -> listener.onConflict(key, actual));
  }

  @Override
  public void onQuarantined(StateKey key, StateKey copy) {
    say(
        Level.ERROR,
        key,
        "A record of module %s cannot be read; it was put aside",
        "as of module " + copy.module());
    tell(() -> listener.onQuarantined(key, copy));
  }

  @Override
  public void onLost(StateKey key, long changes) {
    say(
        Level.WARN,
        key,
        "Acknowledged changes of a record of module %s lost against another writer",
        Long.toString(changes));
    tell(() -> listener.onLost(key, changes));
  }

  @Override
  public void onRejected(StateKey key, String reason) {
    say(Level.WARN, key, "A record of module %s cannot be stored as it is", reason);
    tell(() -> listener.onRejected(key, reason));
  }

  @Override
  public void onLarge(StateKey key, int bytes, int most) {
    say(
        Level.WARN,
        key,
        "A record of module %s has more than half of the bytes that are allowed",
        "%d of %d".formatted(bytes, most));
    tell(() -> listener.onLarge(key, bytes, most));
  }

  /** What became of a rescued record. */
  void restored(StateKey key, String what) {
    say(Level.INFO, key, "A rescued record of module %s", what);
  }

  @Override
  public void onRescued(List<StateKey> keys, Path file) {
    odd("What is unsaved of %d keys is kept in %s for the next start".formatted(keys.size(), file));
    tell(() -> listener.onRescued(keys, file));
  }

  @Override
  public void onKeptAside(StateKey key, Path file, String reason) {
    say(Level.WARN, key, "A rescued record of module %s is kept aside", file + ", " + reason);
    tell(() -> listener.onKeptAside(key, file, reason));
  }

  @Override
  public void onUnsaved(List<StateKey> keys) {
    log.say(
        Level.ERROR,
        "unsaved",
        "Closed with unsaved changes of %d keys".formatted(keys.size()),
        null);
    tell(() -> listener.onUnsaved(keys));
  }

  /** Waits until the listener has been told everything, or the time is up. */
  void awaitTold(Deadline deadline) {
    news.await(deadline);
  }

  private void tell(Runnable said) {
    news.tell(
        () -> {
          try {
            said.run();
          } catch (Throwable e) { // also an error: the next news is told
            threw("The save listener", e);
          }
        });
  }
}
