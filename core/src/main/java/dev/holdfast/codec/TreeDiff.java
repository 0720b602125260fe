package dev.holdfast.codec;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The difference of two JSON trees. */
final class TreeDiff {

  private final JsonMapper mapper;
  private final PatchText patch;

  TreeDiff(JsonMapper mapper, PatchText patch) {
    this.mapper = mapper;
    this.patch = patch;
  }

  void add(Pointer at, JsonNode before, JsonNode after) {
    if (before instanceof ObjectNode a && after instanceof ObjectNode b) {
      members(at, a, b);
    } else if (before instanceof ArrayNode a && after instanceof ArrayNode b) {
      elements(at, a, b);
    } else if (!before.equals(after)) {
      replace(at, before, after);
    }
  }

  private void members(Pointer at, ObjectNode before, ObjectNode after) {
    for (Map.Entry<String, JsonNode> member : before.properties()) {
      if (!after.has(member.getKey())) {
        patch.remove(at.member(member.getKey()), text(member.getValue()).length);
      }
    }
    for (Map.Entry<String, JsonNode> member : after.properties()) {
      JsonNode then = before.get(member.getKey());
      Pointer place = at.member(member.getKey());
      if (then == null) {
        patch.add(place, text(member.getValue()));
      } else if (!patch.isTooLong()) {
        add(place, then, member.getValue());
      }
    }
  }

  private void elements(Pointer at, ArrayNode before, ArrayNode after) {
    Object[] then = before.elements().toArray();
    Object[] now = after.elements().toArray();
    if (!new SequenceDiff(new Nodes(), patch, at, then, now).write()) {
      replace(at, before, after);
    }
  }

  private void replace(Pointer at, JsonNode before, JsonNode after) {
    patch.replace(at, text(before).length, text(after));
  }

  private byte[] text(JsonNode node) {
    return mapper.writeValueAsBytes(node);
  }

  private final class Nodes implements SequenceDiff.Elements {
    @Override
    public boolean same(@Nullable Object a, @Nullable Object b) {
      return node(a).equals(node(b));
    }

    @Override
    public Object key(@Nullable Object element) {
      return node(element);
    }

    @Override
    public void changed(Pointer at, @Nullable Object before, @Nullable Object after) {
      add(at, node(before), node(after));
    }

    @Override
    public byte[] text(@Nullable Object element) {
      return TreeDiff.this.text(node(element));
    }

    private static JsonNode node(@Nullable Object element) {
      return (JsonNode) Objects.requireNonNull(element);
    }
  }
}
