package dev.holdfast.benchmarks;

import dev.holdfast.benchmarks.WireActions.Kind;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.sqlite.SqliteStateStore;
import dev.holdfast.store.StateStore;
import java.nio.file.Path;
import java.time.Duration;

/** What each peer is given, the same to all that are compared with each other. */
final class Setting {

  /** How many states a run is over, where nothing else is said. */
  static final int STATES = 1_000;

  /** How many callers act at the same time, where nothing else is said. */
  static final int MANY = 64;

  /** As many as have a core: callers who never wait keep others from theirs. */
  private static final int FEW = 2;

  /** How many clients a server has. */
  static final int CONNECTIONS = 1_000;

  /** How long a change may wait to be saved: the least that Hazelcast can be told. */
  private static final Duration WINDOW = Duration.ofSeconds(1);

  private static final SavePolicy BEHIND = SavePolicy.writeBehind(WINDOW.dividedBy(2), WINDOW);

  /** Longer than any run: in memory alone, as a map is. */
  private static final SavePolicy UNSAVED =
      SavePolicy.writeBehind(Duration.ofHours(1), Duration.ofHours(1));

  private static final Duration SLOW = Duration.ofMillis(100);

  private Setting() {}

  /**
   * Begins a peer in this process, on what an earlier one has left in the folder.
   *
   * @param bytes how large a state is as JSON, about
   */
  static Measured start(Peer peer, Path folder, int bytes) throws Exception {
    return switch (peer) {
      case HOLDFAST_10 -> committed(folder, bytes, 10);
      case HOLDFAST_1K -> committed(folder, bytes, 1_000);
      case HOLDFAST_5K -> committed(folder, bytes, 5_000);
      case RAW_STORE -> new RawStore(sqlite(folder), STATES, bytes);
      case UPSERT -> new UpsertPerAction(folder, STATES, bytes);
      case HAZELCAST_THROUGH -> new HazelcastMap(folder, 1_000, STATES, bytes, 0);
      case ECLIPSE_STORE -> new EclipseStoreGraph(folder, STATES, bytes);
      case SPRING_SESSION -> new SpringSessions(folder, STATES, bytes);
      case HOLDFAST_BEHIND -> HoldfastActions.behind(sqlite(folder), bytes, MANY, STATES, BEHIND);
      case MAP_COMPUTE -> new MapCompute(MANY, STATES, bytes);
      case CAFFEINE_BEHIND -> new CaffeineBehind(folder, MANY, STATES, bytes, WINDOW);
      case HAZELCAST_BEHIND ->
          new HazelcastMap(folder, MANY, STATES, bytes, (int) WINDOW.toSeconds());
      case INFINISPAN_BEHIND -> new InfinispanCache(folder, MANY, STATES, bytes);
      case HOLDFAST_HOT -> HoldfastActions.behind(sqlite(folder), bytes, MANY, 1, BEHIND);
      case LOCK -> new LockedState(bytes);
      case HOLDFAST_MILLION -> unsaved(bytes, 1_000_000);
      case HOLDFAST_THOUSAND -> unsaved(bytes, 1_000);
      case MAP_MILLION -> new MapCompute(MANY, 1_000_000, bytes);
      case MAP_THOUSAND -> new MapCompute(MANY, 1_000, bytes);
      case HOLDFAST_SLOW_DISK ->
          HoldfastActions.behindTimed(slow(folder), bytes, FEW, STATES, BEHIND);
      case HEAP -> new HeapPerInstance(folder, bytes, 50_000);
      case STORE_GROWTH -> new StoreGrowth(sqlite(folder), 1_000_000, bytes);
      case STORE_GET -> new ColdReads(folder, bytes, 20_000, false);
      case RESTORE -> new ColdReads(folder, bytes, 20_000, true);
      case ECHO -> new WireActions(folder, CONNECTIONS, Kind.ECHO);
      case WIRE_ACTIONS -> new WireActions(folder, CONNECTIONS, Kind.ACTION);
      case WIRE_WATCHED -> new WireActions(folder, CONNECTIONS, Kind.WATCHED_ACTION);
    };
  }

  private static StateStore sqlite(Path folder) {
    return SqliteStateStore.open(folder.resolve("holdfast.db"));
  }

  private static StateStore slow(Path folder) {
    return new SlowStore(sqlite(folder), SLOW);
  }

  private static Measured committed(Path folder, int bytes, int callers) {
    return HoldfastActions.committed(sqlite(folder), bytes, callers, STATES);
  }

  private static Measured unsaved(int bytes, int states) {
    HoldfastActions actions =
        HoldfastActions.behind(StateStore.inMemory(), bytes, MANY, states, UNSAVED);
    actions.touchAll();
    return actions;
  }
}
