package dev.holdfast.codec;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * A state as JSON and back. Made once per module: everything about the type that could go wrong
 * later is found out here.
 *
 * <p>What is kept: the components of records and all fields of plain classes, whatever their
 * visibility, except static and transient ones; getters and setters are not asked. The variants of
 * a sealed type are told apart by a member {@code "@type"} with the variant's simple name. Times
 * and the like are ISO text, numbers are exact, NaN and the infinities are the texts that Java
 * writes. Jackson's annotations on the user's types are followed.
 *
 * <p>Thread-safe. Messages of all exceptions name paths and types, never content.
 *
 * @param <S> the state's type
 */
public final class StateCodec<S> {

  /** A longer path helps nobody. */
  private static final int MAX_PATH = 100;

  private final JsonMapper mapper;
  private final Shape shape;
  private final JavaType type;
  private final ValueWriters values;
  private final Supplier<S> supplier;
  private final ObjectWriter writer;
  private final ObjectReader reader;
  private final JsonMapper payloadMapper = JsonMappers.forPayloads();
  private final Map<Class<?>, ObjectReader> payloads = new ConcurrentHashMap<>();
  private @Nullable S shared;
  private @Nullable JsonNode sharedTree;

  private StateCodec(Type type, Supplier<S> supplier) {
    Set<Class<?>> known = ConcurrentHashMap.newKeySet();
    this.mapper = JsonMappers.forStates(known::contains);
    this.shape = ShapeReader.read(type, mapper, known);
    this.supplier = supplier;
    this.type = mapper.constructType(type);
    this.values = new ValueWriters(mapper);
    this.writer = mapper.writerFor(this.type);
    this.reader = mapper.readerFor(this.type);
  }

  /**
   * The codec of a type.
   *
   * @param type a record, a sealed interface of records, or a plain class with a constructor
   *     without parameters; generic types with their arguments
   * @param initial gives the first state; of a mutable type, a new object at every call
   * @throws IllegalArgumentException naming the path of the field and its type, where a state of
   *     this type could not be kept or would not come back equal
   */
  public static <S> StateCodec<S> of(Type type, Supplier<S> initial) {
    try {
      StateCodec<S> codec = new StateCodec<>(type, initial);
      codec.tryFirstState();
      return codec;
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "%s cannot be kept: %s".formatted(type.getTypeName(), e.getOriginalMessage()), e);
    }
  }

  private void tryFirstState() {
    S first = supplied();
    if (!immutable() && identical(first, supplied())) {
      throw new IllegalArgumentException(
          "The first state is one object of a mutable class, which all instances would share:"
              + " use a supplier that makes a new one, such as Draft::new");
    }
    try {
      S frozen = immutable() ? freeze(first, null) : first;
      JsonNode image = tree(frozen);
      S back = decode(encode(frozen));
      if (immutable() ? !frozen.equals(back) : !image.equals(tree(back))) {
        throw new IllegalArgumentException("The first state does not come back equal from JSON");
      }
      shared = immutable() ? frozen : null;
      sharedTree = immutable() ? image : null;
    } catch (UnencodableStateException | UndecodableStateException e) {
      throw new IllegalArgumentException("The first state cannot be kept: " + e.getMessage());
    }
  }

  private S supplied() {
    S first = supplier.get();
    if (first == null) {
      throw new IllegalArgumentException("The first state is null; begin with an empty one");
    }
    return first;
  }

  /**
   * Whether states are immutable values all through, once their lists, sets and maps are frozen:
   * records and sealed interfaces of records, of text, numbers, enums, times, optionals and
   * collections declared as interfaces. Otherwise states are compared and copied by their encoded
   * form.
   */
  public boolean immutable() {
    return shape.immutable();
  }

  /** The first state: one frozen object for an immutable type, else a new one. */
  public S initial() {
    S first = shared;
    return first != null ? first : supplied();
  }

  /**
   * The state with its lists, sets and maps, at any depth, replaced by unmodifiable copies in the
   * same order; the same object where there is nothing to replace. The cost follows what is
   * different from the previous state.
   *
   * @param state of an {@link #immutable()} type
   * @param previous a state that was frozen before, to skip what is identical in both, or null
   * @throws IllegalStateException if the type is mutable
   * @throws UnencodableStateException if the state holds itself
   */
  @SuppressWarnings("unchecked") // a frozen value is of its shape's type
  public S freeze(S state, @Nullable S previous) {
    if (!shape.immutable()) {
      throw new IllegalStateException("Only states of immutable types are frozen");
    }
    if (!shape.holdsCollections()) {
      return state;
    }
    try {
      return (S) Objects.requireNonNull(Freezer.freeze(shape, state, previous));
    } catch (StackOverflowError e) {
      throw new UnencodableStateException("", "it holds itself, or nests too deeply");
    }
  }

  /** Whether two states of an immutable type are the same or equal. */
  public boolean same(S a, S b) {
    return identical(a, b) || a.equals(b);
  }

  /**
   * The whole state as JSON text in UTF-8. Equal states have equal bytes as far as their
   * collections iterate in the same order.
   *
   * @throws UnencodableStateException if it holds itself, nests over 500 deep, or holds an object
   *     that is not of the declared type
   */
  public byte[] encode(S state) {
    try {
      return writer.writeValueAsBytes(state);
    } catch (JacksonException e) {
      throw e.getPath().size() > MAX_PATH
          ? new UnencodableStateException("", "it holds itself, or nests too deeply")
          : new UnencodableStateException(Paths.of(e), "it has no JSON form of its declared type");
    } catch (StackOverflowError e) {
      throw new UnencodableStateException("", "it holds itself, or nests too deeply");
    }
  }

  /**
   * What turns the JSON of one state into that of another. For an immutable type the cost follows
   * the change: what is the same object in both is not looked into.
   *
   * @param before a state that was published, like the other
   * @param maxBytes how long it may be
   * @return empty if it would be longer
   */
  public Optional<JsonPatch> patch(S before, S after, int maxBytes) {
    return immutable()
        ? diff(maxBytes).of(shape, type, before, after)
        : JsonPatch.between(encode(before), encode(after), maxBytes);
  }

  StateDiff diff(int maxBytes) {
    return new StateDiff(mapper, values, maxBytes);
  }

  JavaType type() {
    return type;
  }

  /**
   * The inverse of {@link #encode}; frozen if the type is immutable.
   *
   * @throws UndecodableStateException if the bytes are no state of this type
   */
  public S decode(byte[] json) {
    Trees.checkUtf8(json);
    try {
      return read(reader.readValue(json));
    } catch (JacksonException e) {
      throw undecodable(e);
    }
  }

  /**
   * A stored state, laid over the defaults: members that it lacks take their default at every depth
   * of records and plain classes; lists, arrays, maps and scalars are taken whole. A stored null
   * takes the default where null cannot be meant: for primitives, collections and arrays not marked
   * nullable, and components that JSpecify calls non-null. Members that the type lacks are ignored.
   *
   * @throws UndecodableStateException if the bytes are not JSON, or a value is of another type than
   *     declared; nothing is converted
   */
  public S restore(byte[] json) {
    return restore(parse(json));
  }

  S restore(JsonNode stored) {
    return fromTree(Merger.merge(shape, initialTree(), stored));
  }

  private JsonNode initialTree() {
    JsonNode tree = sharedTree;
    return tree != null ? tree : tree(supplied());
  }

  /**
   * A third state with the scalars that differ between two others, at the deepest record or plain
   * class. Collections are never carried. An object or variant that the third state lacks is made
   * whole, with all its scalars, and with empty collections.
   *
   * @param before the state before an action
   * @param after the state after it
   * @param onto what receives the changes; it is not changed itself
   * @return of a mutable type, a new object
   */
  public S carry(S before, S after, S onto) {
    return carry(tree(before), tree(after), onto);
  }

  S carry(JsonNode before, JsonNode after, S onto) {
    JsonNode target = tree(onto);
    JsonNode carried = Carrier.carry(shape, before, after, target);
    return carried == null || (identical(carried, target) && immutable())
        ? onto
        : fromTree(carried);
  }

  /**
   * A third state with everything that differs between two others, at the deepest record or plain
   * class; lists, maps and scalars whole.
   *
   * @param before the state before some changes
   * @param after the state after them
   * @param onto what receives the changes; it is not changed itself
   * @return of a mutable type, a new object
   */
  public S overlay(S before, S after, S onto) {
    JsonNode laid = Overlay.lay(shape, tree(before), tree(after), tree(onto));
    return fromTree(Objects.requireNonNull(laid, "a state is never left out"));
  }

  /**
   * The shape of a type as text: the same for types whose stored forms have the same members of the
   * same types, whatever their order and the names of their classes.
   *
   * @throws IllegalArgumentException naming the field that cannot be kept
   */
  public static String structure(Type type) {
    Set<Class<?>> known = ConcurrentHashMap.newKeySet();
    return Structure.of(ShapeReader.read(type, JsonMappers.forStates(known::contains), known));
  }

  /**
   * A payload as a value of an action's payload type. Nothing is converted; members that the type
   * lacks are ignored; members that the payload lacks are null, which primitives refuse.
   *
   * @throws UnbindablePayloadException if it does not fit
   */
  public <P> P bind(JsonNode payload, Class<P> type) {
    if (type.isInstance(payload)) {
      return type.cast(payload);
    }
    P bound;
    try {
      bound = payloads.computeIfAbsent(type, payloadMapper::readerFor).readValue(payload);
    } catch (JacksonException e) {
      throw new UnbindablePayloadException(Paths.of(e), Paths.expected(e));
    } catch (StackOverflowError e) {
      throw new UnbindablePayloadException("", "a payload that nests less deeply");
    }
    if (bound == null) {
      throw new UnbindablePayloadException("", type.getSimpleName());
    }
    return bound;
  }

  Shape shape() {
    return shape;
  }

  /** The encoded state as a tree, with exact numbers. */
  JsonNode tree(S state) {
    return parse(encode(state));
  }

  JsonNode parse(byte[] json) {
    return Trees.read(mapper, json);
  }

  /** The inverse of {@link #parse}. */
  byte[] text(JsonNode tree) {
    return mapper.writeValueAsBytes(tree);
  }

  private S fromTree(JsonNode tree) {
    try {
      return read(reader.readValue(tree));
    } catch (JacksonException e) {
      throw undecodable(e);
    }
  }

  private S read(@Nullable S state) {
    if (state == null) {
      throw new UndecodableStateException("", "a state, not null");
    }
    return immutable() ? freeze(state, null) : state;
  }

  @SuppressWarnings("ReferenceEquality") // whether it is the same object is the question
  private static boolean identical(Object a, Object b) {
    return a == b;
  }

  private static UndecodableStateException undecodable(JacksonException problem) {
    boolean malformed =
        problem instanceof StreamReadException && !(problem instanceof InputCoercionException);
    return malformed
        ? new UndecodableStateException("", Trees.WELL_FORMED)
        : new UndecodableStateException(Paths.of(problem), Paths.expected(problem));
  }
}
