package dev.holdfast.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.lang.management.ManagementFactory;

/** What this process holds: objects that are reachable, and what the network's buffers take. */
final class Memory {

  private static final int COLLECTIONS = 3;

  private Memory() {}

  /**
   * A measurement, in bytes.
   *
   * @param heap of objects that a collection leaves
   * @param direct of network buffers outside the heap
   */
  record Use(long heap, long direct) {
    long bytes() {
      return heap + direct;
    }
  }

  /** Collects garbage, and measures. */
  static Use inUse() {
    long heap = Long.MAX_VALUE;
    for (int n = 0; n < COLLECTIONS; n++) {
      System.gc();
      heap = Math.min(heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return new Use(heap, buffers().usedDirectMemory());
  }

  private static ByteBufAllocatorMetric buffers() {
    return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
  }
}
