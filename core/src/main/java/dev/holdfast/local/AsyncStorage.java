package dev.holdfast.local;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Storage} that answers later, such as one over HTTP. A state over it begins with its
 * defaults and is restored behind {@link LocalState#ready()}. One write of a key is under way at a
 * time; the next waits for the end of the last, so that they land in order (law S1).
 */
public interface AsyncStorage {

  /** The text of a key, or null if there is none; at most 10 seconds are waited for it. */
  CompletionStage<@Nullable String> getItem(String key);

  /**
   * Keeps a text; complete when it is as durable as the storage makes it. After 10 seconds the save
   * counts as failed; it is tried again once this has completed, either way.
   */
  CompletionStage<?> setItem(String key, String value);
}
