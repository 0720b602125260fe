package dev.holdfast.server;

import dev.holdfast.StateModule;
import org.jspecify.annotations.Nullable;

/**
 * What a connection is about: a module, or one instance of it.
 *
 * @param id the instance, exactly where the module is {@code byId}
 */
record Target(StateModule<?> module, @Nullable String id) {

  /** Whether a message that names module and instance means this one. */
  boolean isNamed(String module, @Nullable String instance) {
    return this.module.name().equals(module)
        && (instance == null ? id == null : instance.equals(id));
  }
}
