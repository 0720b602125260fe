package dev.holdfast.codec;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.lang.reflect.Modifier;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.jsontype.NamedType;

/**
 * Tells the variants of sealed hierarchies apart by a member {@value #PROPERTY}, without
 * annotations. Only classes that the hierarchy itself permits can be named by it. A hierarchy with
 * the user's own {@code @JsonTypeInfo} is left as it is.
 */
sealed class SealedTypes extends JacksonAnnotationIntrospector permits PayloadTypes {

  private static final long serialVersionUID = 1L;

  static final String PROPERTY = "@type";

  private static final JsonTypeInfo.Value BY_NAME =
      JsonTypeInfo.Value.construct(
          JsonTypeInfo.Id.SIMPLE_NAME, JsonTypeInfo.As.PROPERTY, PROPERTY, null, false, true, true);

  /** Whether a type is a sealed hierarchy of the user's. Enums with bodies are sealed as well. */
  static boolean isHierarchy(Class<?> type) {
    return type.isSealed() && !type.isEnum() && !type.getName().startsWith("java.");
  }

  /** The classes that values of the hierarchy can have; empty if one branch of it is open. */
  static Set<Class<?>> variants(Class<?> type) {
    Set<Class<?>> found = new LinkedHashSet<>();
    return collect(type, found) ? found : Set.of();
  }

  private static boolean collect(Class<?> type, Set<Class<?>> found) {
    boolean concrete = !Modifier.isAbstract(type.getModifiers());
    if (concrete) {
      found.add(type);
    }
    if (!type.isSealed()) {
      return concrete && Modifier.isFinal(type.getModifiers());
    }
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      if (!collect(permitted, found)) {
        return false;
      }
    }
    return true;
  }

  static String name(Class<?> variant) {
    JsonTypeName given = variant.getAnnotation(JsonTypeName.class);
    return given == null || given.value().isEmpty() ? variant.getSimpleName() : given.value();
  }

  @Override
  public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(
      MapperConfig<?> config, Annotated annotated) {
    JsonTypeInfo.Value given = super.findPolymorphicTypeInfo(config, annotated);
    return given == null && isOurs(annotated) ? BY_NAME : given;
  }

  @Override
  public @Nullable List<NamedType> findSubtypes(MapperConfig<?> config, Annotated annotated) {
    if (!isOurs(annotated) || super.findPolymorphicTypeInfo(config, annotated) != null) {
      return super.findSubtypes(config, annotated);
    }
    return variants(annotated.getRawType()).stream()
        .map(variant -> new NamedType(variant, name(variant)))
        .toList();
  }

  private static boolean isOurs(Annotated annotated) {
    return annotated instanceof AnnotatedClass && isHierarchy(annotated.getRawType());
  }
}
