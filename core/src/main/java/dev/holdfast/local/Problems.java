package dev.holdfast.local;

import dev.holdfast.save.SaveListener;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStoreException;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a state's hook what went wrong where no caller can be told. */
final class Problems implements SaveListener {

  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private final String key;
  private final Consumer<? super RuntimeException> hook;

  Problems(String key, Consumer<? super RuntimeException> hook) {
    this.key = key;
    this.hook = hook;
  }

  /** Something that the engine does not log. */
  void restoreFailed(RuntimeException error) {
    LOG.warn("A state was not restored, and is not saved: {}", error.getMessage());
    tell(error);
  }

  /** The storage cannot be used, and memory is to take its place. */
  void inMemory(RuntimeException error) {
    LOG.warn("A state is kept in memory for this run: {}", error.getMessage());
    tell(error);
  }

  private void tell(RuntimeException error) {
    try {
      hook.accept(error);
    } catch (RuntimeException e) {
      LOG.warn("The onError hook of a state threw", e);
    }
  }

  @Override
  public void onSaveFailed(List<StateKey> keys, int failures, RuntimeException error) {
    tell(
        new StateStoreException(
            "Saving \"%s\" failed %d times in a row, and is tried again: %s"
                .formatted(key, failures, error.getMessage()),
            error));
  }

  @Override
  public void onRejected(StateKey of, String reason) {
    tell(new StateStoreException("\"%s\" cannot be saved as it is: %s".formatted(key, reason)));
  }

  @Override
  public void onLost(StateKey of, long changes) {
    tell(
        new StateStoreException(
            "%d changes of \"%s\" are lost: another process was first".formatted(changes, key)));
  }

  @Override
  public void onQuarantined(StateKey of, StateKey copy) {
    tell(
        new StateStoreException(
            "What was stored of \"%s\" cannot be read; a copy is aside".formatted(key)));
  }
}
