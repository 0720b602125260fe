package dev.holdfast;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * Bounds what is kept in memory without a record, by whomever (law K8). Past the bound the longest
 * disconnected sessions lose theirs first; if that does not make enough room, states that are left
 * may not grow.
 *
 * <p>A session is measured when its client leaves, and everything now and then: measuring is
 * encoding.
 */
final class UnsavedBudget {

  private final long most;

  // Guarded by this object's monitor.
  private final Map<LiveSession, Long> away = new LinkedHashMap<>();
  private final Set<Instance<?>> instances = Collections.newSetFromMap(new WeakHashMap<>());
  private long ofThoseAway;

  /** Of all others, when they were measured last. */
  private long ofOthers;

  private volatile boolean full;

  UnsavedBudget(long most) {
    this.most = most;
  }

  /** An instance without a record is there, for as long as anybody has it. */
  synchronized void add(Instance<?> instance) {
    instances.add(instance);
  }

  /**
   * A session's last connection has ended.
   *
   * @return the sessions whose unsaved states have to go
   */
  synchronized List<LiveSession> left(LiveSession session, long bytes) {
    back(session);
    if (bytes == 0) {
      return List.of();
    }
    away.put(session, bytes);
    ofThoseAway += bytes;
    ofOthers = Math.max(0, ofOthers - bytes);
    return makeRoom();
  }

  /** A session is connected again, or has ended. */
  synchronized void back(LiveSession session) {
    Long bytes = away.remove(session);
    if (bytes != null) {
      ofThoseAway -= bytes;
      ofOthers += bytes;
    }
  }

  /**
   * Measures everything.
   *
   * @return the sessions whose unsaved states have to go
   */
  List<LiveSession> measure() {
    List<Instance<?>> all;
    synchronized (this) {
      all = List.copyOf(instances);
    }
    long bytes = all.stream().mapToLong(Instance::unsavedBytes).sum();
    synchronized (this) {
      ofOthers = Math.max(0, bytes - ofThoseAway);
      return makeRoom();
    }
  }

  private List<LiveSession> makeRoom() {
    List<LiveSession> over = new ArrayList<>();
    Iterator<Map.Entry<LiveSession, Long>> oldest = away.entrySet().iterator();
    while (ofThoseAway + ofOthers > most && oldest.hasNext()) {
      Map.Entry<LiveSession, Long> next = oldest.next();
      ofThoseAway -= next.getValue();
      over.add(next.getKey());
      oldest.remove();
    }
    full = ofThoseAway + ofOthers > most;
    return over;
  }

  /** Whether nothing that is left may grow. */
  boolean isFull() {
    return full;
  }
}
