package dev.holdfast.local;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import dev.holdfast.Subscription;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of files that were written or deleted in a folder; all who watch one folder share one
 * thread. A folder that the platform cannot watch is no fault: what others wrote is then found by
 * the next save.
 */
final class FolderWatch {

  private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);

  /** The watched folders; this object guards itself. */
  private static final Map<Path, FolderWatch> WATCHED = new HashMap<>();

  private record Watch(String name, Runnable task) {}

  private final @Nullable WatchService service;
  private final CopyOnWriteArrayList<Watch> watches = new CopyOnWriteArrayList<>();

  private FolderWatch(Path folder) {
    this.service = open(folder);
    if (service != null) {
      WatchService events = service;
      Thread.ofPlatform().daemon().name("holdfast-watch").start(() -> follow(events));
    }
  }

  /** Calls a task, which does not block, whenever a file of that name was written or deleted. */
  static Subscription on(Path folder, String name, Runnable task) {
    Watch watch = new Watch(name, task);
    synchronized (WATCHED) {
      WATCHED.computeIfAbsent(folder, FolderWatch::new).watches.add(watch);
    }
    return () -> end(folder, watch);
  }

  private static void end(Path folder, Watch watch) {
    synchronized (WATCHED) {
      FolderWatch there = WATCHED.get(folder);
      if (there != null && there.watches.remove(watch) && there.watches.isEmpty()) {
        WATCHED.remove(folder);
        there.close();
      }
    }
  }

  private static @Nullable WatchService open(Path folder) {
    try {
      Files.createDirectories(folder);
      WatchService service = folder.getFileSystem().newWatchService();
      folder.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
      return service;
    } catch (IOException | UnsupportedOperationException e) {
      LOG.info("{} cannot be watched for changes of other processes: {}", folder, e.toString());
      return null;
    }
  }

  private void follow(WatchService events) {
    try {
      while (true) {
        WatchKey key = events.take();
        tell(key.pollEvents());
        if (!key.reset()) {
          return; // The folder is gone.
        }
      }
    } catch (ClosedWatchServiceException e) {
      // Nobody watches any more.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(List<WatchEvent<?>> events) {
    for (Watch watch : watches) {
      if (events.stream().anyMatch(event -> concerns(event, watch.name))) {
        watch.task.run();
      }
    }
  }

  private static boolean concerns(WatchEvent<?> event, String name) {
    return event.kind().equals(OVERFLOW) || name.equals(String.valueOf(event.context()));
  }

  private void close() {
    try {
      if (service != null) {
        service.close();
      }
    } catch (IOException e) {
      LOG.debug("A watch did not close", e);
    }
  }
}
