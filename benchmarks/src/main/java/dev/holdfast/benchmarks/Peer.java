package dev.holdfast.benchmarks;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Everything that can be measured, each in a process of its own. */
enum Peer {
  HOLDFAST_10("Holdfast, committed, 10 callers", Loss.NOTHING),
  HOLDFAST_1K("Holdfast, committed, 1,000 callers", Loss.NOTHING),
  HOLDFAST_5K("Holdfast, committed, 5,000 callers", Loss.NOTHING),
  RAW_STORE("Raw store, records encoded beforehand", Loss.NOTHING),
  UPSERT("One upsert and commit per action", Loss.NOTHING),
  HAZELCAST_THROUGH("Hazelcast IMap, write-through", Loss.NOTHING),
  ECLIPSE_STORE("EclipseStore", Loss.UNFORCED),
  SPRING_SESSION("Spring Session JDBC", Loss.NOTHING),
  HOLDFAST_BEHIND("Holdfast, write-behind", Loss.WINDOW),
  MAP_COMPUTE("ConcurrentHashMap.compute", Loss.EVERYTHING),
  CAFFEINE_BEHIND("Caffeine and a write-behind by hand", Loss.WINDOW),
  HAZELCAST_BEHIND("Hazelcast IMap, write-behind", Loss.WINDOW),
  INFINISPAN_BEHIND("Infinispan, write-behind", Loss.QUEUE),
  HOLDFAST_HOT("Holdfast, one instance, 64 callers", Loss.WINDOW),
  LOCK("A lock around the same function, 1 caller", Loss.EVERYTHING),
  HOLDFAST_MILLION("Holdfast, 1,000,000 instances in memory", Loss.EVERYTHING),
  HOLDFAST_THOUSAND("Holdfast, 1,000 instances in memory", Loss.EVERYTHING),
  MAP_MILLION("ConcurrentHashMap.compute, 1,000,000 keys", Loss.EVERYTHING),
  MAP_THOUSAND("ConcurrentHashMap.compute, 1,000 keys", Loss.EVERYTHING),
  HOLDFAST_SLOW_DISK("Holdfast, write-behind, commits of 100 ms", Loss.WINDOW),
  HEAP("Holdfast, heap of an idle instance", Loss.NOTHING),
  STORE_GROWTH("The store, 1,000,000 records", Loss.NOTHING),
  STORE_GET("The store's get", Loss.NOTHING),
  RESTORE("First access of a passivated instance", Loss.NOTHING),
  ECHO("Raw echo of the same server", Loss.EVERYTHING),
  WIRE_ACTIONS("Holdfast, actions over WebSockets", Loss.WINDOW),
  WIRE_WATCHED("Holdfast, the same, each client sent its states", Loss.WINDOW);

  private static final Set<Peer> GROWING =
      EnumSet.of(HOLDFAST_THOUSAND, HOLDFAST_MILLION, MAP_THOUSAND, MAP_MILLION);

  private final String title;
  private final Loss loss;

  Peer(String title, Loss loss) {
    this.title = title;
    this.loss = loss;
  }

  /** For people. */
  String title() {
    return title;
  }

  Loss loss() {
    return loss;
  }

  /** The same for all that are compared with each other. */
  List<String> jvmOptions() {
    return List.of(GROWING.contains(this) ? "-Xmx4g" : "-Xmx1g");
  }
}
