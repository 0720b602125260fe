package dev.holdfast.codec;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes parts of states as they stand in the text of the whole. Safe for many threads.
 *
 * <p>That a member's text follows from its declared type alone is true of plain records only. Where
 * an annotation of Jackson's may change how a member is written, its record is written whole.
 */
final class ValueWriters {

  /** These change names, or reading only. */
  private static final Set<Class<? extends Annotation>> HARMLESS =
      Set.of(
          JsonProperty.class,
          JsonAlias.class,
          JsonIgnore.class,
          JsonTypeName.class,
          JsonPropertyOrder.class,
          JsonCreator.class);

  private final JsonMapper mapper;
  private final Map<JavaType, ObjectWriter> writers = new ConcurrentHashMap<>();
  private final Map<Class<?>, Boolean> plain = new ConcurrentHashMap<>();

  ValueWriters(JsonMapper mapper) {
    this.mapper = mapper;
  }

  /** Whether equal values of this class, and only these, have equal texts. */
  static boolean isPlainScalar(Object value) {
    return value instanceof String
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Boolean
        || value instanceof Double
        || value instanceof Enum<?>;
  }

  byte[] text(JavaType type, @Nullable Object value) {
    return writers.computeIfAbsent(type, mapper::writerFor).writeValueAsBytes(value);
  }

  /** The names that a map's keys have in JSON, in their order. */
  List<String> names(JavaType keyType, Collection<?> keys) {
    if (keyType.hasRawClass(String.class)) {
      return keys.stream().map(String.class::cast).toList();
    }
    Map<Object, Integer> numbered = new LinkedHashMap<>();
    keys.forEach(key -> numbered.put(key, 0));
    JavaType type =
        mapper
            .getTypeFactory()
            .constructMapType(LinkedHashMap.class, keyType, mapper.constructType(Integer.class));
    return new ArrayList<>(Trees.read(mapper, text(type, numbered)).propertyNames());
  }

  /** Whether each member of a record is written as any value of its type. */
  boolean isPlain(Composite composite) {
    return !composite.oneValue() && plain.computeIfAbsent(composite.type(), this::isPlain);
  }

  private boolean isPlain(Class<?> type) {
    Stream<AnnotatedElement> here =
        Stream.of(
                Stream.of(type),
                Arrays.stream(type.getDeclaredFields()),
                Arrays.stream(type.getDeclaredMethods()))
            .flatMap(elements -> elements);
    return here.flatMap(element -> Arrays.stream(element.getAnnotations()))
            .allMatch(ValueWriters::isHarmless)
        && Arrays.stream(type.getInterfaces()).allMatch(this::isPlain);
  }

  private static boolean isHarmless(Annotation annotation) {
    Class<? extends Annotation> type = annotation.annotationType();
    boolean jacksons =
        isJacksons(type)
            || Arrays.stream(type.getAnnotations())
                .anyMatch(meta -> isJacksons(meta.annotationType()));
    return !jacksons || HARMLESS.contains(type);
  }

  private static boolean isJacksons(Class<? extends Annotation> type) {
    return type.getName().startsWith("com.fasterxml.jackson.")
        || type.getName().startsWith("tools.jackson.");
  }
}
