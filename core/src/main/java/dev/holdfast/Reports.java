package dev.holdfast;

import dev.holdfast.save.SaveListener;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people what went wrong where no caller can be told: the log, and the listener that the
 * program gave. Session-scoped ids are left out of the log.
 */
final class Reports implements SaveListener {

  private static final Logger log = LoggerFactory.getLogger("dev.holdfast");

  private final SaveListener listener;

  Reports(SaveListener listener) {
    this.listener = listener;
  }

  /** Something of the user's threw. */
  void threw(String what, Throwable error) {
    log.warn("{} threw", what, error);
  }

  /** Something is not as it should be, and nothing was lost by it. */
  void odd(String what) {
    log.warn("{}", what);
  }

  static String shown(StateKey key) {
    return key.scope() == StateKey.Scope.SESSION
        ? key.module() + " of a session"
        : key.module() + " \"" + key.id() + "\"";
  }

  @Override
  public void onSaveFailed(List<StateKey> keys, int failures, RuntimeException error) {
    if (failures == 1) {
      log.warn("Saving {} keys failed; trying again", keys.size(), error);
    } else if (Integer.bitCount(failures) == 1) { // Each time it has doubled: not a flood.
      log.warn(
          "Saving {} keys failed {} times in a row: {}", keys.size(), failures, error.getMessage());
    }
    tell(() -> listener.onSaveFailed(keys, failures, error));
  }

  @Override
  public void onRecovered() {
    log.info("Saving works again");
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
    log.warn("{} is not saved while others are, and is tried again: {}", shown(key), reason);
    tell(() -> listener.onDegraded(key, reason));
  }

  @Override
  public void onRestored(StateKey key) {
    log.info("{} is saved again", shown(key));
    tell(() -> listener.onRestored(key));
  }

  @Override
  public void onConflict(StateKey key, Revision actual) {
    log.info("Another writer changed {} first; it is at {} now", shown(key), actual);
    tell(() -> listener.onConflict(key, actual));
  }

  @Override
  public void onRejected(StateKey key, String reason) {
    log.warn("{} cannot be stored as it is: {}", shown(key), reason);
    tell(() -> listener.onRejected(key, reason));
  }

  @Override
  public void onUnsaved(List<StateKey> keys) {
    log.error("Closed with unsaved changes of {} keys", keys.size());
    tell(() -> listener.onUnsaved(keys));
  }

  private void tell(Runnable news) {
    try {
      news.run();
    } catch (Throwable e) { // also an error: saving goes on
      threw("The save listener", e);
    }
  }
}
