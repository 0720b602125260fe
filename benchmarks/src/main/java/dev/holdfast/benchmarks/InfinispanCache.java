package dev.holdfast.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.infinispan.Cache;
import org.infinispan.commons.dataconversion.MediaType;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.persistence.jdbc.common.DatabaseType;
import org.infinispan.persistence.jdbc.configuration.JdbcStringBasedStoreConfigurationBuilder;
import org.sqlite.JDBC;

/**
 * A local cache of Infinispan, its JDBC store behind it on SQLite: {@code compute} on objects, the
 * store written behind by its own queue.
 */
final class InfinispanCache extends Callers {

  private final DefaultCacheManager manager;
  private final Cache<String, Profile> cache;
  private final String[] ids;

  InfinispanCache(Path folder, int callers, int states, int bytes) {
    super(callers, states, false);
    this.ids = Profile.ids(states);
    GlobalConfigurationBuilder global = new GlobalConfigurationBuilder().nonClusteredDefault();
    global.serialization().addContextInitializer(new ProfileMarshaller.Initializer());
    this.manager = new DefaultCacheManager(global.build());
    this.cache = manager.createCache("profiles", config(folder).build());
    for (String id : ids) {
      cache.putIfAbsent(id, Profile.sized(bytes));
    }
  }

  private static ConfigurationBuilder config(Path folder) {
    ConfigurationBuilder config = new ConfigurationBuilder();
    config.encoding().mediaType(MediaType.APPLICATION_OBJECT);
    config
        .persistence()
        .passivation(false)
        .addStore(JdbcStringBasedStoreConfigurationBuilder.class)
        .segmented(false)
        .dialect(DatabaseType.SQLITE)
        .table()
        .createOnStart(true)
        .tableNamePrefix("cache")
        .idColumnName("id")
        .idColumnType("TEXT")
        .dataColumnName("datum")
        .dataColumnType("BLOB")
        .timestampColumnName("stamp")
        .timestampColumnType("BIGINT")
        .segmentColumnName("segment")
        .segmentColumnType("INTEGER")
        .connectionPool()
        .driverClass(JDBC.class)
        .connectionUrl(ProfileTable.url(folder.resolve("infinispan.db")))
        .username("") // SQLite has no users, and the pool cannot do without.
        .password("")
        .async()
        .enable();
    return config;
  }

  @Override
  void act(int caller, int state) {
    cache.computeIfPresent(ids[state], (id, profile) -> profile.visited());
  }

  @Override
  long stored() {
    long visits = 0;
    for (String id : ids) {
      visits += Objects.requireNonNull(cache.get(id)).visits();
    }
    return visits;
  }

  @Override
  public void close() throws IOException {
    manager.close();
  }
}
