package dev.holdfast;

import java.util.HashMap;
import java.util.Map;

/** Sees to it that each name of a module, present or former, leads to one module (law K1). */
final class FormerNames {

  private FormerNames() {}

  /**
   * Checks the modules of a runtime.
   *
   * @throws IllegalArgumentException if two have a claim on one name
   */
  static void check(Map<String, StateModule<?>> modules) {
    Map<String, StateModule<?>> claimed = new HashMap<>(modules);
    for (StateModule<?> module : modules.values()) {
      for (String name : module.formerNames()) {
        StateModule<?> other = claimed.putIfAbsent(name, module);
        if (other != null) {
          throw new IllegalArgumentException(
              "Module %s, defined at %s, was formerly %s; that is the name of module %s, defined at %s, now or formerly"
                  .formatted(
                      module.name(), module.definedAt(), name, other.name(), other.definedAt()));
        }
      }
    }
  }
}
