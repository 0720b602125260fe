package dev.holdfast.codec;

import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A {@link JsonTree} over a tree that it changes. */
final class EditableTree implements JsonTree {

  private static final String OBJECT = "an object";
  private static final String NUMBER = "a number";

  private JsonNode root;
  private final String place;

  /**
   * @param place of the root in the whole state, for messages
   */
  EditableTree(JsonNode root, String place) {
    this.root = root;
    this.place = place;
  }

  /** What it has become. */
  JsonNode root() {
    return root;
  }

  @Override
  public JsonTree rename(String path, String name) {
    List<String> names = MemberPath.parse(path);
    ObjectNode parent = parent(names, false);
    String last = names.getLast();
    if (parent == null || !parent.has(last) || last.equals(name)) {
      return this;
    }
    if (parent.has(name)) {
      throw refuse(path, "no member that has its new name already");
    }
    List<Map.Entry<String, JsonNode>> members = List.copyOf(parent.properties());
    parent.removeAll();
    members.forEach(m -> parent.set(m.getKey().equals(last) ? name : m.getKey(), m.getValue()));
    return this;
  }

  @Override
  public JsonTree move(String from, String to) {
    JsonNode moved = find(from);
    if (moved != null && !from.equals(to)) {
      if (find(to) != null) {
        throw refuse(to, "nothing, because \"%s\" moves there".formatted(from));
      }
      remove(from);
      set(to, moved);
    }
    return this;
  }

  @Override
  public JsonTree copy(String from, String to) {
    JsonNode copied = find(from);
    if (copied != null && !from.equals(to)) {
      if (find(to) != null) {
        throw refuse(to, "nothing, because \"%s\" is copied there".formatted(from));
      }
      set(to, copied.deepCopy());
    }
    return this;
  }

  @Override
  public JsonTree remove(String path) {
    List<String> names = MemberPath.parse(path);
    ObjectNode parent = parent(names, false);
    if (parent != null) {
      parent.remove(names.getLast());
    }
    return this;
  }

  @Override
  public JsonTree put(String path, @Nullable Object value) {
    set(path, TreeValues.node(value));
    return this;
  }

  @Override
  public JsonTree add(String path, @Nullable Object value) {
    JsonNode added = TreeValues.node(value);
    JsonNode list = find(path);
    if (list == null || list.isNull()) {
      list = JsonNodeFactory.instance.arrayNode();
      set(path, list);
    }
    if (!(list instanceof ArrayNode array)) {
      throw refuse(path, "a list");
    }
    array.add(added);
    return this;
  }

  @Override
  public JsonTree each(String path, Consumer<JsonTree> item) {
    switch (find(path)) {
      case null -> {}
      case ArrayNode list -> {
        for (int i = 0; i < list.size(); i++) {
          list.set(i, edit(list.get(i), where(path) + "[" + i + "]", item));
        }
      }
      case ObjectNode map -> {
        for (String key : List.copyOf(map.propertyNames())) {
          map.set(key, edit(map.get(key), Paths.join(where(path), "*"), item));
        }
      }
      case JsonNode other when other.isNull() -> {}
      default -> throw refuse(path, "a list or an object");
    }
    return this;
  }

  @Override
  public JsonTree at(String path, Consumer<JsonTree> part) {
    JsonNode found = find(path);
    if (found != null && !found.isNull()) {
      set(path, edit(found, where(path), part));
    }
    return this;
  }

  private static JsonNode edit(JsonNode node, String place, Consumer<JsonTree> part) {
    EditableTree tree = new EditableTree(node, place);
    part.accept(tree);
    return tree.root;
  }

  @Override
  public boolean has(String path) {
    return find(path) != null;
  }

  @Override
  public boolean isNull(String path) {
    JsonNode found = find(path);
    return found == null || found.isNull();
  }

  @Override
  public Set<String> names(String path) {
    JsonNode found = find(path);
    if (found == null || found.isNull()) {
      return Set.of();
    }
    if (!found.isObject()) {
      throw refuse(path, OBJECT);
    }
    return new LinkedHashSet<>(found.propertyNames());
  }

  @Override
  public int size(String path) {
    JsonNode found = find(path);
    if (found == null || found.isNull()) {
      return 0;
    }
    if (!found.isContainer()) {
      throw refuse(path, "a list or an object");
    }
    return found.size();
  }

  @Override
  public @Nullable String text(String path) {
    JsonNode found = find(path);
    if (found == null || found.isNull()) {
      return null;
    }
    if (!found.isString()) {
      throw refuse(path, "a text");
    }
    return found.stringValue();
  }

  @Override
  public int number(String path) {
    JsonNode found = find(path);
    if (found == null || !found.isIntegralNumber() || !found.canConvertToInt()) {
      throw refuse(path, "a whole number of 32 bits");
    }
    return found.intValue();
  }

  @Override
  public long longNumber(String path) {
    JsonNode found = find(path);
    if (found == null || !found.isIntegralNumber() || !found.canConvertToLong()) {
      throw refuse(path, "a whole number of 64 bits");
    }
    return found.longValue();
  }

  @Override
  public double doubleNumber(String path) {
    JsonNode found = find(path);
    if (found != null && found.isString()) {
      return switch (found.stringValue()) {
        case "NaN" -> Double.NaN;
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        default -> throw refuse(path, NUMBER);
      };
    }
    if (found == null || !found.isNumber()) {
      throw refuse(path, NUMBER);
    }
    return found.isDouble() ? found.doubleValue() : found.decimalValue().doubleValue();
  }

  @Override
  public BigDecimal decimal(String path) {
    JsonNode found = find(path);
    if (found == null || !found.isNumber()) {
      throw refuse(path, NUMBER);
    }
    return found.decimalValue();
  }

  @Override
  public boolean bool(String path) {
    JsonNode found = find(path);
    if (found == null || !found.isBoolean()) {
      throw refuse(path, "true or false");
    }
    return found.booleanValue();
  }

  private @Nullable JsonNode find(String path) {
    if (path.isEmpty()) {
      return root;
    }
    List<String> names = MemberPath.parse(path);
    ObjectNode parent = parent(names, false);
    return parent == null ? null : parent.get(names.getLast());
  }

  private void set(String path, JsonNode value) {
    if (path.isEmpty()) {
      root = value;
      return;
    }
    List<String> names = MemberPath.parse(path);
    ObjectNode parent = parent(names, true);
    if (parent != null) {
      parent.set(names.getLast(), value);
    }
  }

  /** The object that holds the last name; null if it is missing and not made. */
  private @Nullable ObjectNode parent(List<String> names, boolean make) {
    JsonNode here = root;
    for (int i = 0; ; i++) {
      if (!(here instanceof ObjectNode object)) {
        throw refuse(MemberPath.text(names.subList(0, i)), OBJECT);
      }
      if (i == names.size() - 1) {
        return object;
      }
      here = object.get(names.get(i));
      if (here == null || here.isNull()) {
        if (!make) {
          return null;
        }
        here = object.putObject(names.get(i));
      }
    }
  }

  private String where(String path) {
    return path.isEmpty() ? place : Paths.join(place, path);
  }

  private UndecodableStateException refuse(String path, String expected) {
    return new UndecodableStateException(where(path), expected);
  }
}
