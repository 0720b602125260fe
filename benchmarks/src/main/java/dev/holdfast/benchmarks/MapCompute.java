package dev.holdfast.benchmarks;

import java.util.concurrent.ConcurrentHashMap;

/** The ceiling of actions in memory: a map's compute around the same function; nothing is saved. */
final class MapCompute extends Callers {

  private final ConcurrentHashMap<String, Profile> map = new ConcurrentHashMap<>();
  private final String[] ids;

  MapCompute(int callers, int states, int bytes) {
    super(callers, states, false);
    this.ids = Profile.ids(states);
    Profile first = Profile.sized(bytes);
    for (String id : ids) {
      map.put(id, first);
    }
  }

  @Override
  void act(int caller, int state) {
    map.computeIfPresent(ids[state], (id, profile) -> profile.visited());
  }

  @Override
  long stored() {
    return 0;
  }

  @Override
  public void close() {}
}
