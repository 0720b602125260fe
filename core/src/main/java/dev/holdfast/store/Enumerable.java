package dev.holdfast.store;

import java.time.Instant;
import java.util.List;

/** Ability of a store: lists keys, and keys that have fallen due. */
public interface Enumerable {

  /**
   * The keys of a module's records, without tombstones, in an order of the store's own that pages
   * go on in. Keys written or removed while paging may or may not be seen.
   *
   * @param module the module's name
   * @param page how many and after which place
   */
  Page<StateKey> keys(String module, PageRequest page);

  /**
   * Records, tombstones included, whose due time is at or before an instant, the earliest first.
   *
   * @param limit the most to return, from 1
   */
  List<Due> due(Instant now, int limit);

  /**
   * A record that has fallen due.
   *
   * @param key of the record
   * @param revision that it had when it was listed: what to expect when deleting it
   * @param tombstone whether it is a tombstone
   */
  record Due(StateKey key, Revision revision, boolean tombstone) {}
}
