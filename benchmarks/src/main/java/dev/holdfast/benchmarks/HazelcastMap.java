package dev.holdfast.benchmarks;

import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MapStoreConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * An {@code IMap} of Hazelcast over SQLite, in one embedded member that knows no others: entry
 * processors on objects, as its manual advises for a read, change and write in place.
 */
final class HazelcastMap extends Callers {

  private static final int BATCH = 1_000;

  private final HazelcastInstance member;
  private final IMap<String, Profile> map;
  private final ProfileTable table;
  private final String[] ids;
  private final EntryProcessor<String, Profile, Void> visit =
      entry -> {
        entry.setValue(entry.getValue().visited());
        return null;
      };

  /**
   * @param delay in seconds, until a change is written behind; 0 to write through
   */
  HazelcastMap(Path folder, int callers, int states, int bytes, int delay) throws SQLException {
    super(callers, states, delay == 0);
    this.ids = Profile.ids(states);
    this.table = new ProfileTable(folder.resolve("hazelcast.db"));
    this.member = Hazelcast.newHazelcastInstance(config(delay));
    this.map = member.getMap("profiles");
    for (String id : ids) {
      if (map.get(id) == null) {
        map.set(id, Profile.sized(bytes));
      }
    }
  }

  private Config config(int delay) {
    Config config = new Config();
    config.setClusterName("benchmark-" + ProcessHandle.current().pid());
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.socket.bind.any", "false");
    NetworkConfig network = config.getNetworkConfig();
    network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(false);
    config.addMapConfig(
        new MapConfig("profiles")
            .setInMemoryFormat(InMemoryFormat.OBJECT)
            .setBackupCount(0)
            .setMapStoreConfig(
                new MapStoreConfig()
                    .setEnabled(true)
                    .setImplementation(new ProfileMapStore(table))
                    .setWriteDelaySeconds(delay)
                    .setWriteCoalescing(true)
                    .setWriteBatchSize(BATCH)));
    return config;
  }

  @Override
  void act(int caller, int state) {
    map.executeOnKey(ids[state], visit);
  }

  @Override
  long stored() throws SQLException {
    return table.visits();
  }

  @Override
  public void close() throws SQLException {
    map.flush();
    member.shutdown();
    table.close();
  }
}
