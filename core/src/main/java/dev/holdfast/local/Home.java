package dev.holdfast.local;

import dev.holdfast.StateModule;
import dev.holdfast.store.StateStore;
import dev.holdfast.store.StateStoreException;

/**
 * Where and how a persistent state is kept: opens engines for it, one after the other.
 *
 * <p>Fields belong to whoever mounts the state, one at a time.
 */
final class Home<S> {

  private final Definition<S> definition;
  private final LocalOptions options;
  private final LocalPersistence persistence;
  private final StateModule<S> module;
  private final String key;
  private final Problems problems;
  private Storage storage;

  private Home(
      Definition<S> definition,
      LocalOptions options,
      LocalPersistence persistence,
      StateModule<S> module,
      String key,
      Storage storage) {
    this.definition = definition;
    this.options = options;
    this.persistence = persistence;
    this.module = module;
    this.key = key;
    this.storage = storage;
    this.problems = new Problems(key, persistence.onError());
  }

  /**
   * Checks what the definition says.
   *
   * @throws IllegalArgumentException naming every fault, the key and the place
   */
  static <S> Home<S> of(
      Definition<S> definition, LocalOptions options, LocalPersistence persistence) {
    String said = persistence.key();
    String key = said == null ? StructureKey.of(definition.type()) : said;
    try {
      StateModule<S> module = persistence.applyTo(Change.on(definition.module().get())).build();
      return new Home<>(definition, options, persistence, module, key, persistence.storage());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "The state \"%s\", defined at %s: %s".formatted(key, definition.place(), e.getMessage()),
          e);
    }
  }

  String key() {
    return key;
  }

  LocalPersistence persistence() {
    return persistence;
  }

  Problems problems() {
    return problems;
  }

  Storage storage() {
    return storage;
  }

  LiveStates.Claim claim() {
    return LiveStates.Claim.of(storage, key);
  }

  /**
   * Opens an engine; nothing is loaded yet.
   *
   * @throws StateStoreException if the storage cannot be used
   */
  Kept<S> open(Runnable onChange) {
    checkStorage();
    return Kept.open(definition, module, key, store(), options, problems, onChange);
  }

  private StateStore store() {
    return storage instanceof StoreStorage kept
        ? new SharedStore(kept.store())
        : new ItemStore(storage, LocalPersistence.record(key));
  }

  private void checkStorage() {
    if (!(storage instanceof UsableStorage usable)) {
      return;
    }
    try {
      usable.check();
    } catch (StateStoreException e) {
      if (!persistence.allowsMemory()) {
        throw e;
      }
      problems.inMemory(e);
      storage = Storage.inMemory();
    }
  }

  @Override
  public String toString() {
    return "\"%s\" in %s".formatted(key, storage);
  }
}
