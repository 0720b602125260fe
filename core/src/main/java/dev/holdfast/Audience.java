package dev.holdfast;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who subscribes to an instance. It belongs to the instance's lock; listeners are told outside. A
 * part of the {@link Acknowledgements}, which is one object with it: there may be millions.
 */
abstract sealed class Audience permits Acknowledgements {

  private @Nullable List<Listener> listeners;

  /** Whether somebody was here since the last {@link #takeAttended}. */
  private boolean attended;

  void add(Listener listener) {
    if (listeners == null) {
      listeners = new ArrayList<>(1);
    }
    listeners.add(listener);
    attended = true;
  }

  void remove(Listener listener) {
    if (listeners != null) {
      listeners.remove(listener);
      listeners = listeners.isEmpty() ? null : listeners;
    }
  }

  boolean isEmpty() {
    return listeners == null;
  }

  /** Those to be told, without the lock. */
  List<Listener> all() {
    return listeners == null ? List.of() : List.copyOf(listeners);
  }

  boolean wasAttended() {
    return attended;
  }

  /** Whether somebody is here, or was since this was asked the last time. */
  boolean takeAttended() {
    boolean was = attended;
    attended = listeners != null;
    return was;
  }
}
