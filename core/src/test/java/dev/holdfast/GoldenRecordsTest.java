package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.codec.Ephemeral;
import dev.holdfast.codec.JsonTree;
import dev.holdfast.codec.RecordCodec;
import dev.holdfast.codec.UnknownMembers;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriterMark;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records of every form and schema version that was ever written are read as they were meant. */
class GoldenRecordsTest {

  record Line(String text, int count) {}

  record Order(
      String title,
      @Nullable String note,
      Instant at,
      Duration left,
      List<Line> lines,
      Map<String, Line> byName,
      double price,
      @Ephemeral int shown) {}

  private static final Order EMPTY =
      new Order("", null, Instant.EPOCH, Duration.ZERO, List.of(), Map.of(), 0, 0);

  private static final Line TEA = new Line("tea", 2);

  private static final Order ORDER =
      new Order(
          "Größe ✓",
          null,
          Instant.parse("2026-11-22T01:02:03.000000004Z"),
          Duration.ofMillis(1_500),
          List.of(TEA, new Line("milk", 0)),
          Map.of("a.b", TEA),
          Double.NEGATIVE_INFINITY,
          0);

  private static void first(JsonTree order) {
    order.rename("name", "title").each("lines", line -> line.rename("t", "text"));
  }

  private static void second(JsonTree order) {
    order.move("times.at", "at").move("times.left", "left").remove("times");
  }

  private final StateModule<Order> orders =
      StateModule.define("Order", EMPTY)
          .persist(
              KeyStrategy.byId(),
              p ->
                  p.version(3)
                      .migrate(1, GoldenRecordsTest::first)
                      .migrate(2, GoldenRecordsTest::second)
                      .exceptPaths("note"))
          .build();

  private static StateRecord record(String file, int schemaVersion) {
    return new StateRecord(
        Revision.first(1),
        new WriterMark(1, 1),
        schemaVersion,
        Instant.EPOCH,
        null,
        GoldenFiles.read(file));
  }

  @ParameterizedTest
  @CsvSource({
    "order-1-format-1.json, 1",
    "order-1.json, 1",
    "order-2.json, 2",
    "order-3.json, 3",
    "order-3-unknown.json, 3"
  })
  void recordsOfAllFormsComeToTheSameState(String file, int schemaVersion) {
    Restored restored = Restored.of(orders, Found.of(record(file, schemaVersion)), "an order");
    assertThat(restored.state()).isEqualTo(ORDER);
    assertThat(restored.schemaVersion()).isEqualTo(schemaVersion);
    assertThat(restored.ids()).containsOnlyKeys("s/k3jx");
  }

  @Test
  void whatIsWrittenTodayIsTheNewestOfThem() {
    assertThat(written("order-3.json")).isEqualTo(text("order-3.json"));
  }

  @Test
  void whatIsUnknownIsWrittenBackAsItWas() {
    assertThat(written("order-3-unknown.json")).isEqualTo(text("order-3-unknown.json"));
  }

  private String written(String file) {
    Restored restored = Restored.of(orders, Found.of(record(file, 3)), "an order");
    UnknownMembers unknown = restored.unknown();
    RecordCodec.Written state =
        orders.records().write(orders.states().encode(restored.state()), unknown);
    return new String(new Envelope(state.json(), restored.ids()).encode(3), StandardCharsets.UTF_8);
  }

  private static String text(String file) {
    return new String(GoldenFiles.read(file), StandardCharsets.UTF_8);
  }
}
