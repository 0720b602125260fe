package dev.holdfast.benchmarks;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What one writes by hand where memory speed is wanted: a cache, a set of what has changed, and a
 * thread that saves that in one commit, over and over.
 */
final class CaffeineBehind extends Callers {

  private final ProfileTable table;
  private final LoadingCache<String, Profile> cache;
  private final Set<String> dirty = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService saver = Executors.newSingleThreadScheduledExecutor();
  private final String[] ids;

  CaffeineBehind(Path folder, int callers, int states, int bytes, Duration window)
      throws SQLException {
    super(callers, states, false);
    this.ids = Profile.ids(states);
    this.table = new ProfileTable(folder.resolve("caffeine.db"));
    this.cache =
        Caffeine.newBuilder()
            .maximumSize(1_000_000)
            .build(
                id -> {
                  Profile stored = table.load(id);
                  return stored == null ? Profile.sized(bytes) : stored;
                });
    for (String id : ids) {
      var unused = cache.get(id);
    }
    long nanos = window.toNanos();
    var unused = saver.scheduleWithFixedDelay(this::save, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  void act(int caller, int state) {
    String id = ids[state];
    cache.asMap().computeIfPresent(id, (key, profile) -> profile.visited());
    if (!dirty.contains(id)) {
      dirty.add(id);
    }
  }

  private void save() {
    Map<String, Profile> changed = new HashMap<>();
    for (Iterator<String> some = dirty.iterator(); some.hasNext(); ) {
      String id = some.next();
      some.remove(); // Before it is read: a change from here on marks it again.
      changed.put(id, Objects.requireNonNull(cache.getIfPresent(id)));
    }
    try {
      table.saveAll(changed);
    } catch (SQLException e) {
      throw new IllegalStateException("The changes are not saved", e);
    }
  }

  @Override
  long stored() throws SQLException {
    return table.visits();
  }

  @Override
  public void close() throws SQLException {
    saver.shutdown();
    saver.close();
    save();
    table.close();
  }
}
