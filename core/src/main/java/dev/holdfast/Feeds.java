package dev.holdfast;

import dev.holdfast.store.ChangeFeed;
import dev.holdfast.store.StateStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The change feeds of a runtime's stores, as far as these have one. */
final class Feeds {

  private final List<ChangeFeed.Watch> watches = new ArrayList<>();

  private Feeds() {}

  static Feeds open(Collection<StateStore> stores, Instances instances) {
    Feeds feeds = new Feeds();
    for (StateStore store : stores) {
      if (store instanceof ChangeFeed feed) {
        feeds.watches.add(feed.watch(instances::changedElsewhere));
      }
    }
    return feeds;
  }

  void close() {
    watches.forEach(ChangeFeed.Watch::close);
  }
}
