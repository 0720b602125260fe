package dev.holdfast.codec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the collections in an immutable state by unmodifiable copies that nobody else holds.
 *
 * <p>What is the same object at the same place of the state before is frozen already, and so are
 * the {@code Frozen} collections, which are made nowhere else. Unmodifiable collections of the JDK
 * are taken as they are only where their elements hold no collections: theirs might be open.
 */
@SuppressWarnings(
    "ReferenceEquality") // an identical object is known to be frozen, an equal one not
final class Freezer {

  /** Declared types that an unmodifiable copy can stand in for. */
  static final Set<Class<?>> SEQUENCES =
      Set.of(
          Collection.class,
          List.class,
          Set.class,
          SequencedCollection.class,
          SequencedSet.class,
          SortedSet.class,
          NavigableSet.class);

  /** The same for maps. */
  static final Set<Class<?>> MAPPINGS =
      Set.of(Map.class, SequencedMap.class, SortedMap.class, NavigableMap.class);

  private static final Set<Class<?>> FIXED =
      Set.of(
          List.of().getClass(),
          List.of(1).getClass(),
          Set.of().getClass(),
          Set.of(1).getClass(),
          Map.of().getClass(),
          Map.of(1, 1).getClass());

  private Freezer() {}

  /**
   * The value with frozen collections; the same object where nothing had to be replaced.
   *
   * @param previous a frozen value of the same shape, or null
   */
  static @Nullable Object freeze(Shape shape, @Nullable Object value, @Nullable Object previous) {
    if (value == null || value == previous || !shape.holdsCollections()) {
      return value;
    }
    return switch (shape) {
      case Shape.Scalar scalar -> value;
      case Shape.Maybe maybe -> optional(maybe, (Optional<?>) value, previous);
      case Shape.Sequence sequence -> sequence(sequence.element(), (Collection<?>) value, previous);
      case Shape.Mapping mapping -> map(mapping.value(), (Map<?, ?>) value, previous);
      case Composite composite -> members(composite, value, previous);
      case Variants variants -> {
        Composite variant = variants.of(value.getClass());
        yield variant == null ? value : freeze(variant, value, previous);
      }
    };
  }

  private static Object members(Composite shape, Object value, @Nullable Object previous) {
    RecordMaker maker = shape.maker();
    if (maker == null) {
      return value;
    }
    @Nullable Object before =
        previous != null && previous.getClass() == value.getClass() ? previous : null;
    List<Part> parts = shape.parts();
    @Nullable Object[] frozen = new Object[parts.size()];
    boolean changed = false;
    for (int i = 0; i < frozen.length; i++) {
      Part part = parts.get(i);
      Object member = part.of(value);
      if (part.shape().holdsCollections()) {
        frozen[i] = freeze(part.shape(), member, before == null ? null : part.of(before));
        changed |= frozen[i] != member;
      } else {
        frozen[i] = member;
      }
    }
    return changed ? maker.make(frozen) : value;
  }

  private static Object optional(Shape.Maybe shape, Optional<?> value, @Nullable Object previous) {
    if (value.isEmpty()) {
      return value;
    }
    Object before = previous instanceof Optional<?> p ? p.orElse(null) : null;
    Object content = value.get();
    Object frozen = freeze(shape.content(), content, before);
    return frozen == content ? value : Optional.ofNullable(frozen);
  }

  private static Collection<?> sequence(
      Shape element, Collection<?> value, @Nullable Object previous) {
    if (isFrozen(element, value)) {
      return value;
    }
    List<@Nullable Object> items = items(element, value, previous);
    return switch (value) {
      case SortedSet<?> sorted -> sorted(sorted, items);
      case Set<?> set -> new FrozenSet<>(new LinkedHashSet<>(items));
      default -> list(items, element.holdsCollections());
    };
  }

  private static boolean isFrozen(Shape content, Object value) {
    return value instanceof Frozen
        || (FIXED.contains(value.getClass()) && !content.holdsCollections());
  }

  private static List<@Nullable Object> items(
      Shape element, Collection<?> value, @Nullable Object previous) {
    if (!element.holdsCollections()) {
      return new ArrayList<>(value);
    }
    Iterator<?> before =
        previous instanceof Collection<?> p ? p.iterator() : Collections.emptyIterator();
    List<@Nullable Object> items = new ArrayList<>(value.size());
    for (Object item : value) {
      items.add(freeze(element, item, before.hasNext() ? before.next() : null));
    }
    return items;
  }

  /** The JDK's own lists are smaller and faster to read, but tell nothing of their elements. */
  private static List<? extends @Nullable Object> list(List<@Nullable Object> items, boolean deep) {
    return deep || items.contains(null) ? new FrozenList<>(items.toArray()) : List.copyOf(items);
  }

  @SuppressWarnings("unchecked") // the items are the set's own, or equal to them
  private static NavigableSet<?> sorted(SortedSet<?> like, List<@Nullable Object> items) {
    TreeSet<@Nullable Object> copy = new TreeSet<>(((SortedSet<Object>) like).comparator());
    copy.addAll(items);
    return Collections.unmodifiableNavigableSet(copy);
  }

  private static Map<?, ?> map(Shape content, Map<?, ?> value, @Nullable Object previous) {
    if (isFrozen(content, value)) {
      return value;
    }
    if (value instanceof SortedMap<?, ?> sorted) {
      return Collections.unmodifiableNavigableMap(
          fill(emptyLike(sorted), content, value, previous));
    }
    return new FrozenMap<>(fill(new LinkedHashMap<>(), content, value, previous));
  }

  @SuppressWarnings("unchecked") // the keys to come are the map's own
  private static NavigableMap<Object, @Nullable Object> emptyLike(SortedMap<?, ?> sorted) {
    return new TreeMap<>(((SortedMap<Object, ?>) sorted).comparator());
  }

  private static <M extends Map<Object, @Nullable Object>> M fill(
      M copy, Shape content, Map<?, ?> value, @Nullable Object previous) {
    Map<?, ?> before = previous instanceof Map<?, ?> p ? p : Map.of();
    boolean deep = content.holdsCollections();
    for (Map.Entry<?, ?> entry : value.entrySet()) {
      Object item = entry.getValue();
      Object then = deep && entry.getKey() != null ? before.get(entry.getKey()) : null;
      copy.put(entry.getKey(), deep ? freeze(content, item, then) : item);
    }
    return copy;
  }
}
