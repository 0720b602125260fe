package dev.holdfast.benchmarks;

import java.util.Locale;

/** What a run is judged by: the ratios that mean the same on every machine. */
enum Goal {
  COMMITTED_VS_RAW_STORE(0.90, true),
  COMMITTED_VS_UPSERT_PER_ACTION(20, true),
  COMMITTED_SHARED_VS_UPSERT_PER_ACTION(60, true),
  BEHIND_VS_HAZELCAST(5, true),
  BEHIND_VS_INFINISPAN(5, true),
  BEHIND_VS_MAP_COMPUTE(0.5, true),
  HOT_INSTANCE_VS_LOCK(0.5, true),
  HEAP_PER_IDLE_INSTANCE(300, false),
  RESTORE_VS_STORE_GET(2, false),
  WEBSOCKET_VS_RAW_ECHO(0.8, true),
  GROWTH_1K_TO_1M(1.3, false);

  private final double bound;
  private final boolean higherIsBetter;

  Goal(double bound, boolean higherIsBetter) {
    this.bound = bound;
    this.higherIsBetter = higherIsBetter;
  }

  /** As it is printed, such as {@code committed-vs-raw-store}. */
  String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  double bound() {
    return bound;
  }

  boolean isHigherBetter() {
    return higherIsBetter;
  }

  /** Whether a value is good enough; the bound itself is. */
  boolean isReached(double value) {
    return higherIsBetter ? value >= bound : value <= bound;
  }

  /** The last lines of a run say this of each goal. */
  String line(double value) {
    return String.format(
        Locale.ROOT,
        "RATIO %s %.2f %.2f %s",
        title(),
        value,
        bound,
        isReached(value) ? "ok" : "short");
  }

  /** What is said instead where nothing was measured. */
  String missing() {
    return String.format(Locale.ROOT, "RATIO %s missing %.2f missing", title(), bound);
  }
}
