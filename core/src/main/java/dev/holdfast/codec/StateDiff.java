package dev.holdfast.codec;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The difference of two states of an immutable type, as a patch of their JSON. What is the same
 * object in both is not looked into, so that the cost follows the change and not the state. For one
 * use, on one thread.
 */
@SuppressWarnings("ReferenceEquality") // an identical value is known to be unchanged
final class StateDiff {

  private final JsonMapper mapper;
  private final ValueWriters writers;
  private final PatchText patch;
  private int walked;

  StateDiff(JsonMapper mapper, ValueWriters writers, int maxBytes) {
    this.mapper = mapper;
    this.writers = writers;
    this.patch = new PatchText(mapper, maxBytes);
  }

  /** The difference; empty if it is too long. */
  Optional<JsonPatch> of(Shape shape, JavaType type, Object before, Object after) {
    add(Pointer.ROOT, shape, type, before, after);
    return patch.patch();
  }

  /** How many values were compared or written that are not the same object in both states. */
  int walked() {
    return walked;
  }

  private void add(
      Pointer at, Shape shape, JavaType type, @Nullable Object before, @Nullable Object after) {
    if (before == after || patch.isTooLong()) {
      return;
    }
    walked++;
    if (before == null || after == null || !descend(at, shape, type, before, after)) {
      replace(at, type, before, after);
    }
  }

  /** Whether the parts say it all; if not, the value is another as a whole. */
  private boolean descend(Pointer at, Shape shape, JavaType type, Object before, Object after) {
    return switch (shape) {
      case Shape.Scalar scalar -> false;
      case Shape.Maybe maybe -> content(at, maybe, type, before, after);
      case Shape.Sequence sequence -> elements(at, sequence, type, before, after);
      case Shape.Mapping mapping -> entries(at, mapping, type, before, after);
      case Composite composite -> members(at, composite, before, after);
      case Variants variants -> {
        Composite variant = variants.oneValue() ? null : variants.of(after.getClass());
        yield variant != null
            && before.getClass() == after.getClass()
            && members(at, variant, before, after);
      }
    };
  }

  private boolean members(Pointer at, Composite composite, Object before, Object after) {
    if (!composite.isRecord() || !writers.isPlain(composite)) {
      return false;
    }
    for (Part part : composite.parts()) {
      if (part.name() != null) {
        add(at.member(part.name()), part.shape(), part.type(), part.of(before), part.of(after));
      }
    }
    return true;
  }

  private boolean content(
      Pointer at, Shape.Maybe maybe, JavaType type, Object before, Object after) {
    if (before instanceof Optional<?> a && after instanceof Optional<?> b) {
      if (a.isPresent() && b.isPresent() && type.getReferencedType() != null) {
        add(at, maybe.content(), type.getReferencedType(), a.get(), b.get());
        return true;
      }
      return a.isEmpty() && b.isEmpty();
    }
    return false;
  }

  private boolean elements(
      Pointer at, Shape.Sequence sequence, JavaType type, Object before, Object after) {
    Elements elements = new Elements(sequence.element(), type.getContentType());
    return new SequenceDiff(
            elements,
            patch,
            at,
            ((Collection<?>) before).toArray(),
            ((Collection<?>) after).toArray())
        .write();
  }

  private boolean entries(
      Pointer at, Shape.Mapping mapping, JavaType type, Object before, Object after) {
    Map<String, @Nullable Object> then = byName(type, (Map<?, ?>) before);
    Map<String, @Nullable Object> now = byName(type, (Map<?, ?>) after);
    JavaType content = type.getContentType();
    for (Map.Entry<String, @Nullable Object> entry : then.entrySet()) {
      if (!now.containsKey(entry.getKey()) && !patch.isTooLong()) {
        patch.remove(at.member(entry.getKey()), text(content, entry.getValue()).length);
      }
    }
    for (Map.Entry<String, @Nullable Object> entry : now.entrySet()) {
      Pointer place = at.member(entry.getKey());
      if (then.containsKey(entry.getKey())) {
        add(place, mapping.value(), content, then.get(entry.getKey()), entry.getValue());
      } else if (!patch.isTooLong()) {
        patch.add(place, text(content, entry.getValue()));
      }
    }
    return true;
  }

  private Map<String, @Nullable Object> byName(JavaType type, Map<?, ?> map) {
    List<String> names = writers.names(type.getKeyType(), map.keySet());
    Map<String, @Nullable Object> byName = HashMap.newHashMap(map.size());
    int i = 0;
    for (Object value : map.values()) {
      byName.put(names.get(i++), value);
    }
    return byName;
  }

  private void replace(Pointer at, JavaType type, @Nullable Object before, @Nullable Object after) {
    if (before != null && after != null && ValueWriters.isPlainScalar(after)) {
      if (before.equals(after)) {
        return;
      }
    }
    byte[] then = writers.text(type, before);
    byte[] now = text(type, after);
    if (!Arrays.equals(then, now)) {
      patch.replace(at, then.length, now);
    }
  }

  private byte[] text(JavaType type, @Nullable Object value) {
    walked++;
    return writers.text(type, value);
  }

  /** Scalars are compared by what they say, everything else by identity. */
  private final class Elements implements SequenceDiff.Elements {
    private final Shape shape;
    private final JavaType type;

    Elements(Shape shape, JavaType type) {
      this.shape = shape;
      this.type = type;
    }

    @Override
    public boolean same(@Nullable Object a, @Nullable Object b) {
      return a == b || (shape instanceof Shape.Scalar && Objects.equals(key(a), key(b)));
    }

    @Override
    public @Nullable Object key(@Nullable Object element) {
      if (element == null || ValueWriters.isPlainScalar(element)) {
        return element;
      }
      return shape instanceof Shape.Scalar ? scalar(element) : new Identity(element);
    }

    private JsonNode scalar(Object element) {
      return Trees.read(mapper, writers.text(type, element));
    }

    @Override
    public void changed(Pointer at, @Nullable Object before, @Nullable Object after) {
      add(at, shape, type, before, after);
    }

    @Override
    public byte[] text(@Nullable Object element) {
      return StateDiff.this.text(type, element);
    }
  }

  private record Identity(Object of) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Identity identity && identity.of == of;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(of);
    }
  }
}
