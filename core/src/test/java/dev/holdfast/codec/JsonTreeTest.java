package dev.holdfast.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** What a migration can do to a stored state. */
@NullMarked
final class JsonTreeTest {

  private static final JsonMapper MAPPER = JsonMappers.forStates(type -> true);

  private static EditableTree tree(String json) {
    return new EditableTree(Trees.read(MAPPER, States.bytes(json)), "");
  }

  private static String after(String json, Consumer<JsonTree> step) {
    EditableTree tree = tree(json);
    step.accept(tree);
    return MAPPER.writeValueAsString(tree.root());
  }

  @Test
  void renamesInPlace() {
    assertThat(
            after(
                "{\"a\":1,\"b\":{\"c\":2},\"d\":3}", t -> t.rename("a", "x").rename("b.c", "y.z")))
        .isEqualTo("{\"x\":1,\"b\":{\"y.z\":2},\"d\":3}");
    assertThat(after("{\"a\":1}", t -> t.rename("b", "c").rename("x.y", "z").rename("a", "a")))
        .isEqualTo("{\"a\":1}");
  }

  @Test
  void neverWritesOverWhatIsThere() {
    assertThatThrownBy(() -> tree("{\"a\":1,\"b\":2}").rename("a", "b"))
        .isInstanceOf(UndecodableStateException.class)
        .hasMessageContaining("\"a\"");
    assertThatThrownBy(() -> tree("{\"a\":1,\"b\":{\"c\":null}}").move("a", "b.c"))
        .isInstanceOf(UndecodableStateException.class);
    assertThatThrownBy(() -> tree("{\"a\":1,\"b\":2}").copy("a", "b"))
        .isInstanceOf(UndecodableStateException.class);
    assertThatThrownBy(() -> tree("{\"a\":1,\"b\":2}").move("a", "b.c"))
        .isInstanceOf(UndecodableStateException.class)
        .hasMessage("\"b\" cannot be read: expected an object");
  }

  @Test
  void movesAndCopiesIntoObjectsThatItMakes() {
    assertThat(
            after("{\"a\":{\"b\":[1]},\"n\":null}", t -> t.move("a.b", "n.m.l").copy("n.m", "k")))
        .isEqualTo("{\"a\":{},\"n\":{\"m\":{\"l\":[1]}},\"k\":{\"l\":[1]}}");
    assertThat(after("{}", t -> t.move("a.b", "c.d").copy("a", "c").remove("a.b").remove("c")))
        .isEqualTo("{}");
  }

  @Test
  void aCopyIsOfItsOwn() {
    assertThat(after("{\"a\":{\"b\":1}}", t -> t.copy("a", "c").put("c.b", 2)))
        .isEqualTo("{\"a\":{\"b\":1},\"c\":{\"b\":2}}");
  }

  @Test
  void putsValues() {
    assertThat(
            after(
                "{\"a\":1,\"l\":[1]}",
                t ->
                    t.put("a", null)
                        .put("b.c", List.of("x", true, 1L, Map.of("k", 2.5)))
                        .put("f", -0.0)
                        .put("g", Double.NaN)
                        .put("h", new BigDecimal("1.50"))
                        .put("i", BigInteger.ONE.shiftLeft(70))
                        .put("j", States.Color.GREEN)
                        .put("m", 'c')
                        .add("l", 2)
                        .add("new", Arrays.asList((Object) null))))
        .isEqualTo(
            "{\"a\":null,\"l\":[1,2],\"b\":{\"c\":[\"x\",true,1,{\"k\":2.5}]},\"f\":-0.0,"
                + "\"g\":\"NaN\",\"h\":1.50,\"i\":1180591620717411303424,\"j\":\"GREEN\","
                + "\"m\":\"c\",\"new\":[[null]]}");
    assertThatThrownBy(() -> tree("{}").put("a", new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Object");
    assertThatThrownBy(() -> tree("{}").put("a", Map.of(1, 2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void goesOverListsAndMaps() {
    assertThat(
            after(
                "{\"l\":[{\"t\":1},{\"t\":2}],\"m\":{\"a.b\":{\"t\":3}},\"s\":[\"A\",\"B\"],\"n\":null}",
                t ->
                    t.each("l", e -> e.rename("t", "u").put("n", e.number("u") * 10))
                        .each("m", e -> e.remove("t"))
                        .each("s", e -> e.put("", e.text("") + "!"))
                        .each("n", e -> e.remove("t"))
                        .each("missing.too", e -> e.remove("t"))))
        .isEqualTo(
            "{\"l\":[{\"u\":1,\"n\":10},{\"u\":2,\"n\":20}],\"m\":{\"a.b\":{}},"
                + "\"s\":[\"A!\",\"B!\"],\"n\":null}");
    assertThat(
            after(
                "{\"o\":{\"a\":1},\"n\":null}",
                t -> t.at("o", o -> o.rename("a", "b")).at("n", o -> o.remove("a"))))
        .isEqualTo("{\"o\":{\"b\":1},\"n\":null}");
    assertThat(after("[1]", t -> t.put("", Map.of("list", t)))).isEqualTo("{\"list\":[1]}");
  }

  @Test
  void reads() {
    JsonTree tree =
        tree(
            """
            {"t":"text","n":7,"l":5000000000,"d":1.5,"b":true,"o":{"x":1,"y":null},"a":[1,2],
             "inf":"-Infinity","a.b":"dotted","null":null}
            """);
    assertThat(tree.text("t")).isEqualTo("text");
    assertThat(tree.text("null")).isNull();
    assertThat(tree.text("missing.too")).isNull();
    assertThat(tree.number("n")).isEqualTo(7);
    assertThat(tree.longNumber("l")).isEqualTo(5_000_000_000L);
    assertThat(tree.doubleNumber("d")).isEqualTo(1.5);
    assertThat(tree.doubleNumber("n")).isEqualTo(7.0);
    assertThat(tree.doubleNumber("inf")).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(tree.decimal("d")).isEqualTo(new BigDecimal("1.5"));
    assertThat(tree.bool("b")).isTrue();
    assertThat(tree.has("o.y")).isTrue();
    assertThat(tree.has("o.z")).isFalse();
    assertThat(tree.isNull("o.y")).isTrue();
    assertThat(tree.isNull("o.z")).isTrue();
    assertThat(tree.isNull("o.x")).isFalse();
    assertThat(tree.names("o")).containsExactly("x", "y");
    assertThat(tree.names("null")).isEmpty();
    assertThat(tree.size("a")).isEqualTo(2);
    assertThat(tree.size("o")).isEqualTo(2);
    assertThat(tree.size("null")).isZero();
    assertThat(tree.text("a\\.b")).isEqualTo("dotted");
  }

  @ParameterizedTest
  @CsvSource({
    "text, n",
    "number, t",
    "number, l",
    "number, d",
    "number, missing",
    "longNumber, t",
    "longNumber, d",
    "doubleNumber, t",
    "doubleNumber, null",
    "decimal, t",
    "bool, n",
    "names, a",
    "size, t",
    "each, t",
    "add, o",
    "text, n.deeper",
    "rename, t.deeper"
  })
  void nothingIsConvertedAndContentStaysOutOfMessages(String what, String path) {
    JsonTree tree =
        tree(
            "{\"t\":\"secret\",\"n\":77123,\"l\":5000000000,\"d\":1.5,\"o\":{},\"a\":[],\"null\":null}");
    assertThatThrownBy(
            () -> {
              Object unused =
                  switch (what) {
                    case "text" -> String.valueOf(tree.text(path));
                    case "number" -> tree.number(path);
                    case "longNumber" -> tree.longNumber(path);
                    case "doubleNumber" -> tree.doubleNumber(path);
                    case "decimal" -> tree.decimal(path);
                    case "bool" -> tree.bool(path);
                    case "names" -> tree.names(path);
                    case "size" -> tree.size(path);
                    case "each" -> tree.each(path, e -> {});
                    case "add" -> tree.add(path, 1);
                    default -> tree.rename(path, "x");
                  };
            })
        .isInstanceOf(UndecodableStateException.class)
        .hasMessageContaining("\"" + path.replace(".deeper", "") + "\"")
        .hasMessageNotContainingAny("secret", "77123");
  }

  @Test
  void errorsWithinListsNameThePlace() {
    assertThatThrownBy(
            () ->
                tree("{\"l\":[{\"m\":{\"k\":{\"n\":\"x\"}}}]}")
                    .each("l", e -> e.each("m", v -> v.number("n"))))
        .hasMessage("\"l[0].m.*.n\" cannot be read: expected a whole number of 32 bits");
  }
}
