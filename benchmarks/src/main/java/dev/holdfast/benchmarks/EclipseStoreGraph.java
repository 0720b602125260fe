package dev.holdfast.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.store.storage.embedded.types.EmbeddedStorage;
import org.eclipse.store.storage.embedded.types.EmbeddedStorageManager;

/**
 * An object graph of EclipseStore: change an object, then store that object. Who changes the graph
 * holds a lock until it is stored, as its manual asks for.
 */
final class EclipseStoreGraph extends Callers {

  /** The root of the graph. */
  static final class Root {
    final List<Holder> holders = new ArrayList<>();
  }

  /** What is stored for each action. */
  static final class Holder {
    Profile profile;

    Holder(Profile profile) {
      this.profile = profile;
    }
  }

  private final EmbeddedStorageManager storage;
  private final Root root;

  EclipseStoreGraph(Path folder, int states, int bytes) {
    super(1, states, true);
    this.storage = EmbeddedStorage.start(folder.resolve("eclipse"));
    if (storage.root() instanceof Root known) {
      this.root = known;
    } else {
      this.root = new Root();
      for (int i = 0; i < states; i++) {
        root.holders.add(new Holder(Profile.sized(bytes)));
      }
      storage.setRoot(root);
      storage.storeRoot();
    }
  }

  @Override
  void act(int caller, int state) {
    Holder holder = root.holders.get(state);
    // A text of its own, as a change of the whole state has: the graph would keep the one stored.
    holder.profile = new Profile(holder.profile.visits() + 1, new String(holder.profile.about()));
    storage.store(holder);
  }

  @Override
  long stored() {
    return root.holders.stream().mapToLong(holder -> holder.profile.visits()).sum();
  }

  @Override
  public void close() {
    storage.shutdown();
  }
}
