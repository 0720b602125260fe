package dev.holdfast.codec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.AbstractTypeResolver;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.JavaType;

/**
 * Sets and maps come back in the order in which they were written, so that a copy made by encoding
 * has the same encoded form. A {@code LinkedHashMap} is a {@code HashMap}, too.
 */
final class OrderedCollections extends AbstractTypeResolver {

  private static final Map<Class<?>, Class<?>> MADE =
      Map.of(
          Set.class, LinkedHashSet.class,
          HashSet.class, LinkedHashSet.class,
          SequencedSet.class, LinkedHashSet.class,
          SequencedCollection.class, ArrayList.class,
          Map.class, LinkedHashMap.class,
          HashMap.class, LinkedHashMap.class,
          SequencedMap.class, LinkedHashMap.class);

  @Override
  public @Nullable JavaType findTypeMapping(DeserializationConfig config, JavaType type) {
    Class<?> made = MADE.get(type.getRawClass());
    return made == null ? null : config.getTypeFactory().constructSpecializedType(type, made);
  }
}
