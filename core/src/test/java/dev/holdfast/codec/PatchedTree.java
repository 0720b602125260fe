package dev.holdfast.codec;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Applies patches as RFC 6902 says, strictly. */
final class PatchedTree {

  private JsonNode tree;

  private PatchedTree(JsonNode tree) {
    this.tree = tree.deepCopy();
  }

  static JsonNode of(JsonNode before, JsonNode patch) {
    PatchedTree patched = new PatchedTree(before);
    patch.forEach(patched::apply);
    return patched.tree;
  }

  private void apply(JsonNode operation) {
    String op = operation.get("op").stringValue();
    List<String> path = tokens(operation.get("path").stringValue());
    if (path.isEmpty()) {
      check(op.equals("replace"));
      tree = operation.get("value");
      return;
    }
    JsonNode parent = tree;
    for (String token : path.subList(0, path.size() - 1)) {
      parent = parent instanceof ArrayNode ? parent.get(index(token)) : parent.get(token);
      check(parent != null);
    }
    String last = path.getLast();
    if (parent instanceof ArrayNode array) {
      element(array, op, index(last), operation.get("value"));
    } else {
      member((ObjectNode) parent, op, last, operation.get("value"));
    }
  }

  private static void element(ArrayNode array, String op, int at, JsonNode value) {
    switch (op) {
      case "add" -> {
        check(at <= array.size());
        array.insert(at, value);
      }
      case "remove" -> {
        check(at < array.size());
        array.remove(at);
      }
      default -> {
        check(op.equals("replace") && at < array.size());
        array.set(at, value);
      }
    }
  }

  private static void member(ObjectNode object, String op, String name, JsonNode value) {
    check(object.has(name) != op.equals("add"));
    if (op.equals("remove")) {
      object.remove(name);
    } else {
      check(value != null);
      object.set(name, value);
    }
  }

  private static List<String> tokens(String pointer) {
    List<String> tokens = new ArrayList<>();
    if (!pointer.isEmpty()) {
      check(pointer.startsWith("/"));
      for (String token : pointer.substring(1).split("/", -1)) {
        tokens.add(token.replace("~1", "/").replace("~0", "~"));
      }
    }
    return tokens;
  }

  private static int index(String token) {
    check(token.matches("0|[1-9][0-9]*"));
    return Integer.parseInt(token);
  }

  private static void check(boolean holds) {
    if (!holds) {
      throw new AssertionError("The patch does not fit");
    }
  }
}
