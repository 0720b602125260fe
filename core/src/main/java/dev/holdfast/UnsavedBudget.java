package dev.holdfast;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bounds what sessions keep in memory without a record while their client is away (law K8). Past
 * the bound the longest disconnected go first.
 */
final class UnsavedBudget {

  private final long most;

  // Guarded by this object's monitor.
  private final Map<LiveSession, Long> away = new LinkedHashMap<>();
  private long total;

  UnsavedBudget(long most) {
    this.most = most;
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
    total += bytes;
    List<LiveSession> over = new ArrayList<>();
    Iterator<Map.Entry<LiveSession, Long>> oldest = away.entrySet().iterator();
    while (total > most && oldest.hasNext()) {
      Map.Entry<LiveSession, Long> next = oldest.next();
      total -= next.getValue();
      over.add(next.getKey());
      oldest.remove();
    }
    return over;
  }

  /** A session is connected again, or has ended. */
  synchronized void back(LiveSession session) {
    Long bytes = away.remove(session);
    if (bytes != null) {
      total -= bytes;
    }
  }
}
