package dev.holdfast.benchmarks;

import com.hazelcast.map.MapStore;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Hazelcast loads from and saves to. */
final class ProfileMapStore implements MapStore<String, Profile> {

  private final ProfileTable table;

  ProfileMapStore(ProfileTable table) {
    this.table = table;
  }

  @Override
  public @Nullable Profile load(String id) {
    try {
      return table.load(id);
    } catch (SQLException e) {
      throw new IllegalStateException("A profile is not loaded", e);
    }
  }

  @Override
  public Map<String, Profile> loadAll(Collection<String> ids) {
    Map<String, Profile> found = new HashMap<>();
    for (String id : ids) {
      Profile profile = load(id);
      if (profile != null) {
        found.put(id, profile);
      }
    }
    return found;
  }

  /** None beforehand: each is loaded when it is asked for. */
  @Override
  public Iterable<String> loadAllKeys() {
    return List.of();
  }

  @Override
  public void store(String id, Profile profile) {
    try {
      table.save(id, profile);
    } catch (SQLException e) {
      throw new IllegalStateException("A profile is not saved", e);
    }
  }

  @Override
  public void storeAll(Map<String, Profile> profiles) {
    try {
      table.saveAll(profiles);
    } catch (SQLException e) {
      throw new IllegalStateException("The profiles are not saved", e);
    }
  }

  @Override
  public void delete(String id) {
    throw new UnsupportedOperationException("Nothing is deleted");
  }

  @Override
  public void deleteAll(Collection<String> ids) {
    throw new UnsupportedOperationException("Nothing is deleted");
  }
}
