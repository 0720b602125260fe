package dev.holdfast.save;

import dev.holdfast.store.StateKey;
import java.util.List;

/** A save listener that keeps the news as lines. */
record Noting(List<String> news) implements SaveListener {
  @Override
  public void onSaveFailed(List<StateKey> keys, int failures, RuntimeException error) {
    news.add("failed %s %d".formatted(keys.stream().map(StateKey::id).toList(), failures));
  }

  @Override
  public void onRecovered() {
    news.add("recovered");
  }

  @Override
  public void onStoreDegraded(String store, RuntimeException error) {
    news.add("down " + store);
  }

  @Override
  public void onStoreRestored(String store) {
    news.add("up " + store);
  }

  @Override
  public void onDegraded(StateKey key, String reason) {
    news.add("degraded " + key.id());
  }

  @Override
  public void onRestored(StateKey key) {
    news.add("restored " + key.id());
  }

  @Override
  public void onRejected(StateKey key, String reason) {
    news.add("rejected " + key.id());
  }

  @Override
  public void onUnsaved(List<StateKey> keys) {
    news.add("unsaved " + keys.stream().map(StateKey::id).toList());
  }
}
