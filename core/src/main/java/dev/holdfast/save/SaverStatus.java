package dev.holdfast.save;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How saving to one store stands at a moment.
 *
 * @param failures how many commits have failed in a row
 * @param failingSince when the first of those failed, or null
 * @param lastCommit when a commit last succeeded, or null before the first
 * @param committingSince when the commit that is under way began, or null
 * @param waiting how many states wait to be saved, those of the commit under way not counted
 * @param inFlight how many states are in the commit that is under way
 * @param troubled how many states could not be saved although the store saves others
 * @param troubles the oldest of those
 * @param commits how many have succeeded
 */
public record SaverStatus(
    int failures,
    @Nullable Instant failingSince,
    @Nullable Instant lastCommit,
    @Nullable Instant committingSince,
    int waiting,
    int inFlight,
    int troubled,
    List<Trouble> troubles,
    long commits) {

  /** Copies the list. */
  public SaverStatus {
    troubles = List.copyOf(troubles);
  }
}
