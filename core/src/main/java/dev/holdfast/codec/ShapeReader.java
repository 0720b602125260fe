package dev.holdfast.codec;

import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the shape of a type, once. Whatever could not be kept faithfully is refused here, with the
 * path of the field, so that it cannot surprise anyone at the first save.
 */
final class ShapeReader {

  private static final int MAX_NESTED_TYPES = 200;

  private final JsonMapper mapper;
  private final Set<Class<?>> known;
  private final Map<JavaType, Shape.Named> named = new HashMap<>();

  private ShapeReader(JsonMapper mapper, Set<Class<?>> known) {
    this.mapper = mapper;
    this.known = known;
  }

  /**
   * The shape of a type.
   *
   * @param known receives the classes of all records and plain classes in it
   * @throws IllegalArgumentException naming the field that cannot be kept
   */
  static Shape read(Type type, JsonMapper mapper, Set<Class<?>> known) {
    Wildcards.refuse(type, "");
    ShapeReader reader = new ShapeReader(mapper, known);
    Shape shape = reader.read(mapper.constructType(type), "", 0);
    Reach.settle(reader.named.values());
    reader.refuseOverlaps();
    return shape;
  }

  Shape read(JavaType type, String path, int depth) {
    if (depth > MAX_NESTED_TYPES) {
      throw Refusal.of(path, type, "its type nests without end");
    }
    Class<?> raw = type.getRawClass();
    Shape.Scalar scalar = Scalars.find(raw);
    if (scalar != null) {
      return scalar;
    }
    if (raw.getTypeParameters().length > 0 && type.getBindings().isEmpty()) {
      throw Refusal.of(path, type, "it is a raw generic type: name its arguments, with a TypeRef");
    }
    if (raw == Optional.class || raw == AtomicReference.class) {
      return maybe(type, path, depth);
    }
    if (type.isArrayType() || Collection.class.isAssignableFrom(raw)) {
      return sequence(type, path, depth);
    }
    if (Map.class.isAssignableFrom(raw)) {
      return mapping(type, path, depth);
    }
    Shape.Named before = named.get(type);
    return before != null ? before : named(type, raw, path, depth);
  }

  private Shape maybe(JavaType type, String path, int depth) {
    Shape content = read(type.containedTypeOrUnknown(0), path, depth + 1);
    if (content instanceof Shape.Maybe) {
      throw Refusal.of(path, type, "an empty inner one and an empty outer one would look alike");
    }
    return new Shape.Maybe(type.hasRawClass(Optional.class), content);
  }

  private Shape sequence(JavaType type, String path, int depth) {
    Class<?> raw = type.getRawClass();
    if (!type.isArrayType()) {
      checkCollection(type, path, "[]");
    }
    Shape element = read(type.getContentType(), path + "[]", depth + 1);
    return new Shape.Sequence(raw, Freezer.SEQUENCES.contains(raw), element);
  }

  private Shape mapping(JavaType type, String path, int depth) {
    Shape key = read(type.getKeyType(), path + "[key]", depth + 1);
    boolean text = key instanceof Shape.Scalar || (key instanceof Composite c && c.oneValue());
    if (!text) {
      throw Refusal.of(path + "[key]", type.getKeyType(), "keys of a map are text, numbers, enums");
    }
    checkCollection(type, path, "{}");
    Shape value = read(type.getContentType(), path + "[]", depth + 1);
    return new Shape.Mapping(Freezer.MAPPINGS.contains(type.getRawClass()), key, value);
  }

  private void checkCollection(JavaType type, String path, String empty) {
    Class<?> raw = type.getRawClass();
    if (!raw.getName().startsWith("java.util.")) {
      throw Refusal.of(path, type, "of collections, only those of java.util are known");
    }
    try {
      if (raw.isInstance(mapper.readerFor(type).readValue(empty))) {
        return;
      }
    } catch (JacksonException e) {
      // Falls through: what cannot be made empty cannot be restored.
    }
    throw Refusal.of(path, type, "it cannot be made anew; declare an interface such as List");
  }

  private Shape.Named named(JavaType type, Class<?> raw, String path, int depth) {
    if (SealedTypes.isHierarchy(raw)) {
      return variants(type, raw, path, depth);
    }
    String reason = Refusal.reason(raw);
    if (reason != null) {
      throw Refusal.of(path, type, reason);
    }
    return composite(type, raw, path, depth);
  }

  private Variants variants(JavaType type, Class<?> raw, String path, int depth) {
    Set<Class<?>> classes = SealedTypes.variants(raw);
    if (classes.isEmpty()) {
      throw Refusal.of(path, type, "a branch of the sealed type is open (non-sealed)");
    }
    CompositeReader parts = new CompositeReader(this, mapper);
    Variants shape = new Variants(raw, parts.hasOwnTyping(type));
    named.put(type, shape);
    Map<String, Composite> byName = new LinkedHashMap<>();
    Map<Class<?>, Composite> byClass = new LinkedHashMap<>();
    for (Class<?> variant : classes) {
      Composite composite = variant(type, variant, path, depth);
      byClass.put(variant, composite);
      Composite other = byName.put(SealedTypes.name(variant), composite);
      if (other != null) {
        throw Refusal.of(
            path, type, "two variants are called " + SealedTypes.name(variant) + ": @JsonTypeName");
      }
    }
    shape.fill(byName, byClass);
    return shape;
  }

  private Composite variant(JavaType whole, Class<?> variant, String path, int depth) {
    JavaType type = mapper.getTypeFactory().constructSpecializedType(whole, variant);
    if (variant.isEnum()) {
      throw Refusal.of(path, type, "an enum as a variant of a sealed type: use records");
    }
    String reason = Refusal.reason(variant);
    if (reason != null) {
      throw Refusal.of(path, type, reason);
    }
    return named.get(type) instanceof Composite before
        ? before
        : composite(type, variant, path, depth);
  }

  private Composite composite(JavaType type, Class<?> raw, String path, int depth) {
    CompositeReader parts = new CompositeReader(this, mapper);
    Composite shape = new Composite(raw, parts.hasOwnForm(type));
    named.put(type, shape);
    known.add(raw);
    parts.fill(shape, type, path, depth);
    return shape;
  }

  /** A field of class A that holds its subclass B would come back as an A. */
  private void refuseOverlaps() {
    for (Class<?> a : known) {
      for (Class<?> b : known) {
        if (a != b && a.isAssignableFrom(b) && !a.isSealed()) {
          throw new IllegalArgumentException(
              "%s extends %s and both are in the state: make them variants of a sealed type"
                  .formatted(b.getName(), a.getName()));
        }
      }
    }
  }

  /** The reasons why something cannot be kept. */
  static final class Refusal {
    private Refusal() {}

    static IllegalArgumentException of(String path, JavaType type, String reason) {
      return new IllegalArgumentException(
          "%s of type %s cannot be kept: %s"
              .formatted(
                  path.isEmpty() ? "The state" : "Field \"" + path + "\"",
                  type.toCanonical(),
                  reason));
    }

    /** Why objects of a class cannot be kept; null where they may be. */
    static @Nullable String reason(Class<?> raw) {
      String name = raw.getName();
      if (raw == Object.class) {
        return "its type says nothing: name a type";
      }
      if (name.startsWith("java.") || name.startsWith("javax.") || name.startsWith("jdk.")) {
        return "it is not data";
      }
      if (raw.isInterface() || Modifier.isAbstract(raw.getModifiers())) {
        return "its classes are open: name a class, or a sealed interface of records";
      }
      boolean inner = raw.isMemberClass() && !Modifier.isStatic(raw.getModifiers());
      if (inner || ((raw.isLocalClass() || raw.isAnonymousClass()) && !raw.isRecord())) {
        return "it is an inner class: make it static";
      }
      return null;
    }
  }
}
