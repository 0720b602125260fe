package dev.holdfast;

import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateStore;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a module's state is kept. Given to the function that {@link StateModule.Builder#persist}
 * takes.
 *
 * @param <S> the state's type
 */
public final class Persistence<S> {

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private SavePolicy policy = SavePolicy.committed();
  private @Nullable StateStore store;
  private @Nullable Duration expireAfter;
  private @Nullable BinaryOperator<S> onAdopt;

  private final RecordOptions records = new RecordOptions();

  Persistence() {}

  /** When changes are saved; {@link SavePolicy#committed()} by default. */
  public Persistence<S> save(SavePolicy policy) {
    this.policy = Objects.requireNonNull(policy, "policy");
    return this;
  }

  /** Where this module's records live; the runtime's store by default. The runtime closes it. */
  public Persistence<S> store(StateStore store) {
    this.store = Objects.requireNonNull(store, "store");
    return this;
  }

  /**
   * Saves and restores only these members of the state; all others have their default after a
   * restore. A change to those alone is shown and sent to clients, but not written. By default
   * everything is saved that is not {@link dev.holdfast.codec.Ephemeral}.
   *
   * @param paths names of members with dots between them, such as {@code "user.email"}, as they are
   *     called in JSON; a dot or backslash inside a name has a backslash before it. They lead
   *     through records, classes and optionals; a list, map or array is saved whole or not at all.
   *     A path that leads nowhere is refused by {@link StateModule.Builder#build()}
   */
  public Persistence<S> paths(String... paths) {
    records.paths(paths);
    return this;
  }

  /** Saves and restores everything but these members; see {@link #paths}, which excludes this. */
  public Persistence<S> exceptPaths(String... paths) {
    records.exceptPaths(paths);
    return this;
  }

  RecordOptions records() {
    return records;
  }

  /**
   * How long a record is kept after its last change or subscriber: 1 second to 100 years; for ever
   * by default. Then {@link StateModule.Builder#onExpire} runs and the record goes. A subscriber
   * keeps it, at the cost of one write for each tenth of the time. Where the store cannot list what
   * is due, a record goes only when its time is up and somebody comes to it.
   *
   * @throws IllegalArgumentException if the time is out of range
   */
  public Persistence<S> expireAfter(Duration time) {
    if (time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "expireAfter is between %s and %s, got %s".formatted(SHORTEST, LONGEST, time));
    }
    this.expireAfter = time;
    return this;
  }

  @Nullable Duration expireAfter() {
    return expireAfter;
  }

  /**
   * Decides what a {@link KeyStrategy#withKey} module makes of a guest's state when the guest names
   * a key under which something is stored already, such as a cart filled before the log-in. Without
   * it the stored state wins, but for the scalars that the log-in itself changed (law K2).
   *
   * @param merge a pure function of the guest's state, as the action left it, and the stored one;
   *     what it gives must name the same key. If it throws or gives null, the action fails with a
   *     {@link KeyException} and the session stays a guest
   */
  public Persistence<S> onAdopt(BinaryOperator<S> merge) {
    this.onAdopt = Objects.requireNonNull(merge, "merge");
    return this;
  }

  @Nullable BinaryOperator<S> onAdopt() {
    return onAdopt;
  }

  SavePolicy policy() {
    return policy;
  }

  @Nullable StateStore store() {
    return store;
  }
}
