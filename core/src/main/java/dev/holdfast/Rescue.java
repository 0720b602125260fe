package dev.holdfast;

import dev.holdfast.RescueOffer.Fate;
import dev.holdfast.store.StateKey;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StateStoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Records that a runtime could not save before it closed (law S6). They wait in a file; the next
 * one offers each to its store before that key is loaded, and takes it out of the file when the
 * store has it. What conflicts with a newer record goes to a file beside it; what was erased since
 * is dropped.
 *
 * <p>A crash at any point repeats steps and loses nothing: a record leaves the file only after the
 * store has committed it, and one that is offered twice is known by its writer's mark.
 */
final class Rescue {

  private final Reports reports;
  private final @Nullable RescueFile file;
  private final Function<StateKey, @Nullable StateStore> stores;

  /** Not offered yet, or without an answer. */
  private final ConcurrentHashMap<StateKey, Rescued> pending = new ConcurrentHashMap<>();

  /** For a key whose record ends with a pending one: that one's. */
  private final ConcurrentHashMap<StateKey, StateKey> endsWith = new ConcurrentHashMap<>();

  private final ConcurrentHashMap<StateKey, CompletableFuture<Void>> offering =
      new ConcurrentHashMap<>();

  /** From now on the file is the next runtime's. Guarded by this object's monitor. */
  private boolean handedOver;

  private Rescue(
      Reports reports, @Nullable RescueFile file, Function<StateKey, @Nullable StateStore> stores) {
    this.reports = reports;
    this.file = file;
    this.stores = stores;
  }

  /**
   * Reads what an earlier runtime has left.
   *
   * @param stores the store of a key; null if no module has it
   * @throws StateStoreException if there is a file that cannot be read; it is left as it is
   */
  static Rescue open(
      Reports reports, @Nullable Path path, Function<StateKey, @Nullable StateStore> stores) {
    RescueFile file = path == null ? null : new RescueFile(path);
    Rescue rescue = new Rescue(reports, file, stores);
    if (file != null) {
      try {
        rescue.read(file);
      } catch (IOException e) {
        throw new StateStoreException(
            "The rescue file %s cannot be read; it was left as it is".formatted(path), e);
      }
    }
    return rescue;
  }

  private void read(RescueFile from) throws IOException {
    RescueFile.Content content = from.read();
    if (content.damaged()) {
      reports.odd(
          "The rescue file %s is damaged, and kept as %s; %d records of it can be read"
              .formatted(from.path(), from.putAside().path(), content.records().size()));
    }
    for (Rescued rescued : content.records()) {
      pending.put(rescued.key(), rescued);
      rescued.ends().forEach(end -> endsWith.put(end.key(), rescued.key()));
    }
  }

  boolean isEmpty() {
    return pending.isEmpty();
  }

  /** Offers everything. Blocks; what does not go now goes before the first load of its key. */
  void offerAll() {
    for (StateKey key : List.copyOf(pending.keySet())) {
      try {
        offerOnce(key);
      } catch (RuntimeException e) {
        reports.odd(
            "A rescued record of module %s is not stored yet: %s"
                .formatted(key.module(), e.getClass().getSimpleName()));
      }
    }
    tidy();
  }

  /**
   * Before a key is loaded: offers what there is of it, and what it may end with. Blocks.
   *
   * @throws RuntimeException what the store throws: the key must not be loaded
   */
  void before(StateKey key) {
    if (pending.isEmpty()) {
      return;
    }
    StateKey with = endsWith.get(key);
    boolean settled = with != null && offerOnce(with);
    if (offerOnce(key) || settled) {
      tidy();
    }
  }

  /** Returns whether something was settled. One thread does it; others wait for that one. */
  private boolean offerOnce(StateKey key) {
    if (!pending.containsKey(key)) {
      return false;
    }
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> other = offering.putIfAbsent(key, mine);
    if (other != null) {
      await(other);
      return false;
    }
    try {
      boolean settled = offer(key);
      mine.complete(null);
      return settled;
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      offering.remove(key);
    }
  }

  private static void await(CompletableFuture<Void> other) {
    try {
      other.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private boolean offer(StateKey key) {
    Rescued rescued = pending.get(key);
    StateStore store = rescued == null ? null : stores.apply(key);
    if (rescued == null || store == null) {
      return false; // Its module may come back.
    }
    switch (new RescueOffer(store, rescued, this::ensureOurs).make()) {
      case Fate.Stored stored ->
          reports.restored(
              key,
              stored.alone()
                  ? "it is stored now; a record that was to end with it was changed since, and stays"
                  : "it is stored now");
      case Fate.Erased erased -> reports.restored(key, "its key was erased, and it is dropped");
      case Fate.Aside aside -> putAside(rescued, aside.reason());
    }
    return pending.remove(key, rescued);
  }

  /** After the close its store is closed, too, and what is pending is for the next runtime. */
  private synchronized void ensureOurs() {
    if (handedOver) {
      throw new ClosedException("The runtime was closed before it stored what was rescued");
    }
  }

  private synchronized void putAside(Rescued rescued, String reason) {
    RescueFile aside = aside();
    try {
      List<Rescued> all = new ArrayList<>(aside.read().records());
      if (!all.contains(rescued)) {
        all.add(rescued);
      }
      aside.write(all);
    } catch (IOException e) {
      throw new StateStoreException("A rescued record cannot be put aside in " + aside.path(), e);
    }
    reports.onKeptAside(rescued.key(), aside.path(), reason);
  }

  private RescueFile aside() {
    if (file == null) {
      throw new IllegalStateException("Nothing is pending without a file");
    }
    return file.beside(".aside");
  }

  /** Leaves in the file what is still pending. */
  private synchronized void tidy() {
    if (file != null && !handedOver) {
      try {
        file.write(pending.values());
      } catch (IOException e) {
        reports.threw("Tidying the rescue file " + file.path(), e);
      }
    }
  }

  /** A key is erased, and its rescued copies go with it (law E2). Blocks. */
  synchronized void forget(StateKey key) {
    if (file == null) {
      return;
    }
    boolean had = pending.remove(key) != null;
    StateKey with = endsWith.remove(key);
    boolean ends =
        with != null && pending.computeIfPresent(with, (k, other) -> other.without(key)) != null;
    if (had || ends) {
      tidy();
    }
    try {
      List<Rescued> aside = aside().read().records();
      List<Rescued> others =
          aside.stream()
              .filter(rescued -> !rescued.key().equals(key))
              .map(rescued -> rescued.without(key))
              .toList();
      if (!others.equals(aside)) {
        aside().write(others);
      }
      for (RescueFile damaged : file.damaged()) {
        damaged.forget(key);
      }
    } catch (IOException e) {
      reports.threw("Erasing from the rescue files beside " + file.path(), e);
    }
  }

  /** Keeps what could not be saved. Returns the file, or null if there is none. */
  synchronized @Nullable Path keep(List<Rescued> unsaved) {
    handedOver = true;
    if (file == null || unsaved.isEmpty()) {
      return null;
    }
    Map<StateKey, Rescued> all = new LinkedHashMap<>(pending);
    unsaved.forEach(rescued -> all.put(rescued.key(), rescued));
    try {
      file.write(all.values());
    } catch (IOException | RuntimeException e) {
      reports.threw("Writing the rescue file " + file.path(), e);
      return null;
    }
    reports.onRescued(unsaved.stream().map(Rescued::key).toList(), file.path());
    return file.path();
  }
}
