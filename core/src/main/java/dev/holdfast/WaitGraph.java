package dev.holdfast;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which instances wait for which, through handlers that hold their turn while they wait for another
 * instance's action (law A7). A wait that would close a ring is refused.
 */
final class WaitGraph {

  /** Guards {@link #waits}. */
  private final ReentrantLock lock = new ReentrantLock();

  /** An instance has one handler at a time, but that may wait from several of its threads. */
  private final Map<Instance<?>, Map<Instance<?>, Integer>> waits = new HashMap<>();

  /**
   * Notes a wait.
   *
   * @throws CircularWaitException if the other one waits for the first already
   */
  void enter(Instance<?> waiting, Instance<?> on) {
    lock.lock();
    try {
      if (reaches(on, waiting)) {
        throw new CircularWaitException(
            "%s would wait for itself through %s".formatted(waiting.title(), on.title()));
      }
      waits.computeIfAbsent(waiting, i -> new HashMap<>()).merge(on, 1, Integer::sum);
    } finally {
      lock.unlock();
    }
  }

  void exit(Instance<?> waiting, Instance<?> on) {
    lock.lock();
    try {
      Map<Instance<?>, Integer> of = waits.get(waiting);
      if (of != null) {
        of.computeIfPresent(on, (i, count) -> count == 1 ? null : count - 1);
        if (of.isEmpty()) {
          waits.remove(waiting);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean reaches(Instance<?> from, Instance<?> wanted) {
    Set<Instance<?>> seen = new HashSet<>();
    Deque<Instance<?>> open = new ArrayDeque<>();
    open.add(from);
    while (!open.isEmpty()) {
      Instance<?> next = open.remove();
      if (next.equals(wanted)) {
        return true;
      }
      if (seen.add(next)) {
        open.addAll(waits.getOrDefault(next, Map.of()).keySet());
      }
    }
    return false;
  }
}
