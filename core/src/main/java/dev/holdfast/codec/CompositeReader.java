package dev.holdfast.codec;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.introspect.AnnotatedField;
import tools.jackson.databind.introspect.BeanPropertyDefinition;
import tools.jackson.databind.introspect.ClassIntrospector;
import tools.jackson.databind.json.JsonMapper;

/** Reads the parts of a record or plain class, under the names that Jackson gives them. */
final class CompositeReader {

  /** Never part of JSON, and so never looked into. */
  private static final Shape UNSAVED = new Shape.Scalar(void.class, true);

  private final ShapeReader shapes;
  private final JsonMapper mapper;

  CompositeReader(ShapeReader shapes, JsonMapper mapper) {
    this.shapes = shapes;
    this.mapper = mapper;
  }

  /** Whether the user says how variants are told apart. */
  boolean hasOwnTyping(JavaType type) {
    return type.getRawClass().isAnnotationPresent(JsonTypeInfo.class);
  }

  /** Whether the user's annotations make the JSON form something else than the parts by name. */
  boolean hasOwnForm(JavaType type) {
    Class<?> raw = type.getRawClass();
    return raw.isAnnotationPresent(JsonSerialize.class)
        || raw.isAnnotationPresent(JsonDeserialize.class)
        || raw.isAnnotationPresent(JsonFormat.class)
        || written(type).findJsonValueAccessor() != null;
  }

  void fill(Composite shape, JavaType type, String path, int depth) {
    Class<?> raw = shape.type();
    try {
      List<Part> parts = new ArrayList<>();
      Set<String> unsaved = new HashSet<>();
      Map<String, BeanPropertyDefinition> properties = properties(type);
      for (AnnotatedField field : written(type).getClassInfo().fields()) {
        BeanPropertyDefinition property =
            field.isTransient() ? null : properties.get(field.getName());
        if (property == null) {
          unsaved.add(field.getName());
        }
        if (!field.isTransient()) {
          parts.add(part(field, property, raw, path, depth));
        }
      }
      if (!raw.isRecord()) {
        checkConstructor(shape, type, path);
      }
      shape.fill(parts, unsaved, raw.isRecord() ? RecordMaker.of(raw) : null);
    } catch (ReflectiveOperationException | java.lang.reflect.InaccessibleObjectException e) {
      throw ShapeReader.Refusal.of(
          path,
          type,
          "its package is closed: add \"opens %s to dev.holdfast, tools.jackson.databind\" to"
                  .formatted(raw.getPackageName())
              + " module-info");
    }
  }

  private Part part(
      AnnotatedField field,
      @Nullable BeanPropertyDefinition property,
      Class<?> owner,
      String path,
      int depth)
      throws ReflectiveOperationException {
    Field member = field.getAnnotated();
    MethodHandle getter = owner.isRecord() ? RecordMaker.getter(member) : null;
    if (property == null) {
      return new Part(null, UNSAVED, field.getType(), false, List.of(), false, getter);
    }
    String place = Paths.join(path, member.getName());
    Wildcards.refuse(member.getGenericType(), place);
    Shape shape = shapes.read(field.getType(), place, depth + 1);
    JsonAlias alias = member.getAnnotation(JsonAlias.class);
    return new Part(
        property.getName(),
        shape,
        field.getType(),
        nullIsDefault(shape, member, owner),
        alias == null ? List.of() : List.of(alias.value()),
        member.isAnnotationPresent(Ephemeral.class),
        getter);
  }

  private static boolean nullIsDefault(Shape shape, Field member, Class<?> owner) {
    AnnotatedType type = member.getAnnotatedType();
    return switch (shape) {
      // JSON null is how an empty one is written.
      case Shape.Maybe maybe -> false;
      case Shape.Scalar scalar when scalar.type().isPrimitive() -> true;
      case Shape.Sequence s -> !Nullness.saysNullable(type, member);
      case Shape.Mapping m -> !Nullness.saysNullable(type, member);
      default -> Nullness.saysNonNull(type, member, owner);
    };
  }

  private Map<String, BeanPropertyDefinition> properties(JavaType type) {
    Map<String, BeanPropertyDefinition> properties = new HashMap<>();
    for (BeanPropertyDefinition property : written(type).findProperties()) {
      properties.put(property.getInternalName(), property);
    }
    return properties;
  }

  private void checkConstructor(Composite shape, JavaType type, String path) {
    ClassIntrospector introspector = mapper.deserializationConfig().classIntrospectorInstance();
    BeanDescription read =
        introspector.introspectForDeserialization(
            type, introspector.introspectClassAnnotations(type));
    boolean usable =
        shape.oneValue()
            || read.findDefaultConstructor() != null
            || read.getPotentialCreators().hasPropertiesBasedOrDelegating();
    if (!usable) {
      throw ShapeReader.Refusal.of(
          path, type, "it has no usable constructor: add one without parameters, any visibility");
    }
  }

  private BeanDescription written(JavaType type) {
    ClassIntrospector introspector = mapper.serializationConfig().classIntrospectorInstance();
    return introspector.introspectForSerialization(
        type, introspector.introspectClassAnnotations(type));
  }
}
