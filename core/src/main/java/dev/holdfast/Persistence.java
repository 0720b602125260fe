package dev.holdfast;

import dev.holdfast.codec.JsonTree;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateStore;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a module's state is kept. Given to the function that {@link StateModule.Builder#persist}
 * takes.
 *
 * @param <S> the state's type
 */
public final class Persistence<S> {

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST_MEMORY = Duration.ofDays(30);
  private static final int MOST_CLIENTS = 1_000_000;
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private SavePolicy policy = SavePolicy.committed();
  private @Nullable StateStore store;
  private @Nullable Duration expireAfter;
  private @Nullable BinaryOperator<S> onAdopt;
  private ActionIds.Memory idMemory = ActionIds.Memory.DEFAULT;

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

  /**
   * The version of the state's schema, from 1, which it is by default. Each version from 2 on needs
   * a step from the one before, see {@link #migrate}. A record of a newer version fails this
   * module's actions with {@link NewerRecordException} (law R5).
   */
  public Persistence<S> version(int version) {
    records.version(version);
    return this;
  }

  /**
   * Takes stored states from one version to the next. Steps run in order, none skipped, whenever an
   * older record is loaded, and see all of it, also what the code does not know; the record itself
   * is written in the new version with its next change. A step that throws makes the record
   * unreadable (law R3), and leaves it as it is.
   *
   * @param from the version that the step goes on from
   * @param step a pure function of the tree, which may run more than once and must not block
   */
  public Persistence<S> migrate(int from, Consumer<JsonTree> step) {
    records.migrate(from, step);
    return this;
  }

  /**
   * Writes records in an older version than the code's, so that programs of that version can still
   * read them: the first of the two releases of a rolling change (law R5). Both versions are read.
   *
   * @param version the version to write, below {@link #version}
   * @param down takes a state there from the code's version; pure, and must not block: after 5 s
   *     without an answer the write is given up, as for a state that cannot be stored
   */
  public Persistence<S> writes(int version, Consumer<JsonTree> down) {
    records.writes(version, down);
    return this;
  }

  /** What becomes of a record that cannot be read; {@link Unreadable#FAIL} by default. */
  public Persistence<S> onUnreadable(Unreadable choice) {
    records.onUnreadable(choice);
    return this;
  }

  /**
   * A name that the module had before. Its records under that name are found, also through what
   * sessions remember; each is moved with its first write. No program that still uses the old name
   * may run at the same time. May be said several times, the latest name first.
   *
   * @throws IllegalArgumentException from {@link Holdfast.Builder#open()}, if another module has or
   *     had that name
   */
  public Persistence<S> formerly(String name) {
    records.formerly(name);
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

  /**
   * How many clients' action ids each record remembers, and for how long, so that an action sent
   * again is not applied again (law A6). By default 4,096 clients for 10 minutes. A full table
   * refuses actions with ids of further clients with {@link OverloadedException} rather than
   * forget. A client costs about 40 bytes of the record.
   *
   * @param atMost 1 to 1,000,000 clients
   * @param atLeastFor since a client's newest action: 1 second to 30 days; clients that send again
   *     after longer outages need more
   * @throws IllegalArgumentException if one is out of range
   */
  public Persistence<S> rememberActionIds(int atMost, Duration atLeastFor) {
    if (atMost < 1 || atMost > MOST_CLIENTS) {
      throw new IllegalArgumentException(
          "rememberActionIds takes 1 to %d clients, got %d".formatted(MOST_CLIENTS, atMost));
    }
    if (atLeastFor.compareTo(SHORTEST) < 0 || atLeastFor.compareTo(LONGEST_MEMORY) > 0) {
      throw new IllegalArgumentException(
          "rememberActionIds is for %s to %s, got %s"
              .formatted(SHORTEST, LONGEST_MEMORY, atLeastFor));
    }
    this.idMemory = new ActionIds.Memory(atMost, atLeastFor);
    return this;
  }

  ActionIds.Memory idMemory() {
    return idMemory;
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
