package dev.holdfast.local;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The states of this process: which key of which storage is taken (law K1), and what has to be
 * saved when the JVM exits.
 */
final class LiveStates {

  private static final Logger LOG = LoggerFactory.getLogger(LiveStates.class);

  /** A key where it is kept; an encrypted storage keeps where the one inside does. */
  record Claim(Object place, String key) {
    static Claim of(Storage storage, String key) {
      return new Claim(place(storage), key);
    }

    private static Object place(Storage storage) {
      return storage instanceof EncryptedStorage encrypted ? place(encrypted.inside()) : storage;
    }
  }

  private static final ConcurrentHashMap<Claim, LocalState<?>> KEPT = new ConcurrentHashMap<>();

  /** Those that nobody uses any more may go, unless they are kept. Guarded by itself. */
  private static final Set<LocalState<?>> ALL =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private static final AtomicBoolean HOOKED = new AtomicBoolean();

  private LiveStates() {}

  static void add(LocalState<?> state) {
    ALL.add(state);
  }

  /** All, as far as they are in use. */
  static List<LocalState<?>> all() {
    synchronized (ALL) {
      return List.copyOf(ALL);
    }
  }

  /** Takes a key; gives the state that has it already, or null. */
  static @Nullable LocalState<?> take(Claim claim, LocalState<?> state) {
    LocalState<?> other = KEPT.putIfAbsent(claim, state);
    if (other == null && HOOKED.compareAndSet(false, true)) {
      hook();
    }
    return other;
  }

  static void release(LocalState<?> state, @Nullable Claim claim) {
    ALL.remove(state);
    if (claim != null) {
      KEPT.remove(claim, state);
    }
  }

  private static void hook() {
    try {
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform().name("holdfast-exit").unstarted(LiveStates::disposeAll));
    } catch (IllegalStateException e) {
      LOG.warn("The JVM is about to exit: a state that is defined now has to be disposed");
    }
  }

  /** All at once: each has a few seconds, and the platform waits for no more. */
  private static void disposeAll() {
    List<Thread> threads = new ArrayList<>();
    for (LocalState<?> state : KEPT.values()) {
      threads.add(Thread.ofPlatform().daemon().start(() -> dispose(state)));
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void dispose(LocalState<?> state) {
    try {
      state.dispose();
    } catch (RuntimeException e) {
      LOG.error("A state was not saved when the JVM exited: {}", e.getMessage());
    }
  }
}
