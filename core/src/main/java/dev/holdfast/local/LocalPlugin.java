package dev.holdfast.local;

/**
 * Adds behaviour to states: a log of changes, a link to another system. Applied once to each state,
 * however often it is registered; two plugins are one if they are equal.
 */
@FunctionalInterface
public interface LocalPlugin {

  /**
   * Is given a state that is defined and, where its storage is synchronous, restored. It may
   * subscribe and change the state like any other code.
   *
   * @param options what the definition said; for reading
   */
  void apply(LocalState<?> state, LocalOptions options);
}
