package dev.holdfast.codec;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a stored value has that its shape does not know, in the shape's own structure. */
sealed interface Unknown {

  /**
   * Of a record or class.
   *
   * @param own members of it
   * @param within its known members
   * @param variant the name of the variant that has them; null outside a sealed hierarchy
   */
  record Members(Map<String, JsonNode> own, Map<String, Unknown> within, @Nullable String variant)
      implements Unknown {}

  /** Of a list or array, all elements of which are here. */
  record Elements(List<Element> elements) implements Unknown {}

  /**
   * Of one element, which is recognised by what is known of it.
   *
   * @param unknown null if all of it is known
   */
  record Element(JsonNode known, @Nullable Unknown unknown) {}

  /** Of a map's values, by key. */
  record Values(Map<String, Unknown> values) implements Unknown {}
}
