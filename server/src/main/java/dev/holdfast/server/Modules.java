package dev.holdfast.server;

import dev.holdfast.StateModule;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The modules that clients can name. */
final class Modules {

  private static final int LONGEST_SHOWN = 60;

  private final Map<String, StateModule<?>> byName;

  Modules(Collection<? extends StateModule<?>> modules) {
    byName = modules.stream().collect(Collectors.toMap(StateModule::name, Function.identity()));
  }

  /** Whether there is such a module and it takes an id, or none, as here. */
  Result find(String name, @Nullable String id) {
    StateModule<?> module = byName.get(name);
    if (module == null) {
      return new Missing("Unknown module \"" + shortened(name) + "\"");
    }
    if (module.isById() && (id == null || id.isBlank())) {
      return new Missing("Module \"%s\" needs the id of an instance".formatted(name));
    }
    if (!module.isById() && id != null) {
      return new Missing("Module \"%s\" has no instances with ids".formatted(name));
    }
    return new Found(new Target(module, id));
  }

  private static String shortened(String name) {
    return name.length() <= LONGEST_SHOWN ? name : name.substring(0, LONGEST_SHOWN) + "...";
  }

  /** Whether a name means something. */
  sealed interface Result {}

  record Found(Target target) implements Result {}

  record Missing(String problem) implements Result {}
}
