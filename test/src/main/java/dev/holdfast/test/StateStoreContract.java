package dev.holdfast.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.Enumerable;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.WriteResult.Conflict;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link StateStore} promises, as a JUnit suite. The author of a store extends it and
 * says how to open one:
 *
 * <pre>{@code
 * final class SqliteStateStoreTest extends StateStoreContract {
 *   @TempDir Path folder;
 *
 *   @Override
 *   protected StateStore open() {
 *     return SqliteStateStore.open(folder.resolve("state.db"));
 *   }
 * }
 * }</pre>
 *
 * <p>Each test begins on an empty store. A store that is not {@link Enumerable} passes the tests of
 * listing: it promises nothing there. What the suite cannot see is durability beyond a close and an
 * open; a store's own tests kill its process.
 */
@Timeout(120)
public abstract class StateStoreContract extends ListingContract {

  /** For subclasses. */
  protected StateStoreContract() {}

  /**
   * Opens the store. The first call of a test opens an empty one; a later call comes after the
   * store was closed and stands for a restart: what was saved is there.
   */
  protected abstract StateStore open();

  @Override
  final StateStore openStore() {
    return open();
  }

  @Test
  void aRestartKeepsEverything() {
    StateRecord record = due(Revision.first(1), TIME);
    put(KEY, Revision.NONE, record);
    StateRecord tombstone = buried(numbered(1), Revision.NONE, Revision.first(2));
    Revision deleted = saved(numbered(2), Revision.first(3)).revision();
    delete(numbered(2), deleted);

    store.close();
    store = openStore();

    assertLoads(KEY, record);
    assertLoads(numbered(1), tombstone);
    assertThat(store.load(numbered(2))).isEmpty();
    assertThat(put(KEY, Revision.NONE, record(Revision.first(4), "{}")))
        .isEqualTo(new Conflict(record.revision()));
    if (store instanceof Enumerable listing) {
      assertThat(allKeys(listing, MODULE, 10)).containsExactly(KEY);
      assertThat(listing.due(Instant.MAX, 10)).hasSize(2);
    }
  }

  @Test
  void closingTwiceIsFine() {
    store.close();
    store.close();
  }
}
