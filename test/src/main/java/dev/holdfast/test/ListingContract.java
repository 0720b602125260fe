package dev.holdfast.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.store.Enumerable;
import dev.holdfast.store.Enumerable.Due;
import dev.holdfast.store.Page;
import dev.holdfast.store.PageRequest;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriteResult.Conflict;
import dev.holdfast.store.WriteResult.Saved;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The part of {@link StateStoreContract} on listing, where a store is {@link Enumerable}. */
abstract class ListingContract extends KeyContract {

  @Test
  void pagesGiveEveryKeyOfAModuleOnce() {
    if (!(store instanceof Enumerable listing)) {
      return;
    }
    List<StateKey> keys = IntStream.range(0, 23).mapToObj(ContractWords::numbered).toList();
    keys.forEach(key -> saved(key, Revision.first(1)));
    saved(StateKey.keyed("Other", "k"), Revision.first(1));
    saved(StateKey.keyed("Contract2", "k"), Revision.first(1));

    assertThat(allKeys(listing, MODULE, 5)).containsExactlyInAnyOrderElementsOf(keys);
    assertThat(allKeys(listing, MODULE, 23)).containsExactlyInAnyOrderElementsOf(keys);
    assertThat(listing.keys(MODULE, PageRequest.first(5)).items()).hasSize(5);
    assertThat(listing.keys("Nobody", PageRequest.first(5))).isEqualTo(new Page<>(List.of(), null));
  }

  @Test
  void aPageGoesOnAfterItsLastKeyWasDeleted() {
    if (!(store instanceof Enumerable listing)) {
      return;
    }
    List<StateKey> keys = IntStream.range(0, 6).mapToObj(ContractWords::numbered).toList();
    keys.forEach(key -> saved(key, Revision.first(1)));
    Page<StateKey> first = listing.keys(MODULE, PageRequest.first(3));
    first.items().forEach(key -> delete(key, Revision.first(1)));
    assertThat(first.next()).isNotNull();

    List<StateKey> rest = listing.keys(MODULE, new PageRequest(10, first.next())).items();
    List<StateKey> all = new ArrayList<>(first.items());
    all.addAll(rest);
    assertThat(all).containsExactlyInAnyOrderElementsOf(keys);
  }

  @Test
  void tombstonesAreNotListedButFallDue() {
    if (!(store instanceof Enumerable listing)) {
      return;
    }
    StateRecord tombstone = buried(numbered(1), Revision.NONE, Revision.first(1));
    saved(numbered(2), Revision.first(2));

    assertThat(allKeys(listing, MODULE, 10)).containsExactly(numbered(2));
    assertThat(listing.due(TIME.plus(Duration.ofDays(1)), 10))
        .containsExactly(new Due(numbered(1), tombstone.revision(), true));
  }

  @Test
  void whatIsDueIsListedEarliestFirst() {
    if (!(store instanceof Enumerable listing)) {
      return;
    }
    for (int i : List.of(3, 1, 5, 2, 4)) {
      put(numbered(i), Revision.NONE, due(Revision.first(i), TIME.plusMillis(i)));
    }
    saved(numbered(6), Revision.first(6));

    assertThat(listing.due(TIME, 10)).isEmpty();
    assertThat(listing.due(TIME.plusMillis(3), 10)).containsExactly(dueOf(1), dueOf(2), dueOf(3));
    assertThat(listing.due(TIME.plusMillis(5), 2)).containsExactly(dueOf(1), dueOf(2));
    assertThat(listing.due(Instant.MAX, 10)).hasSize(5);
    assertThat(listing.due(Instant.MIN, 10)).isEmpty();
  }

  @Test
  void whatIsDueIsDeletedOnlyAtTheRevisionListed() {
    if (!(store instanceof Enumerable listing)) {
      return;
    }
    put(KEY, Revision.NONE, due(Revision.first(1), TIME));
    Due listed = listing.due(TIME, 10).getFirst();
    StateRecord touched = due(listed.revision().next(), TIME.plusSeconds(1));
    put(KEY, listed.revision(), touched);

    assertThat(delete(KEY, listed.revision())).isEqualTo(new Conflict(touched.revision()));
    assertThat(listing.due(TIME, 10)).isEmpty();
    Due later = listing.due(TIME.plusSeconds(1), 10).getFirst();
    assertThat(delete(KEY, later.revision())).isEqualTo(new Saved(Revision.NONE));
    assertThat(listing.due(Instant.MAX, 10)).isEmpty();
  }
}
