package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.codec.JsonTree;
import dev.holdfast.codec.RecordCodec;
import dev.holdfast.codec.StateCodec;
import dev.holdfast.store.Revision;
import dev.holdfast.store.StateRecord;
import dev.holdfast.store.WriterMark;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What must hold for any bytes in a record: a state or a typed error, and what is read comes back
 * as it is when written and read again. Public, for the fuzzer to find.
 */
public final class RecordFuzzTarget {

  sealed interface Light permits Off, On {}

  record Off() implements Light {}

  record On(int level, List<String> by) implements Light {}

  record Line(String text, int count, Optional<Light> light) {}

  record Order(
      @Nullable String title,
      Instant at,
      List<Line> lines,
      Map<String, Line> byName,
      Light light,
      double price,
      List<Order> parts) {}

  private static final Order EMPTY =
      new Order("", Instant.EPOCH, List.of(), Map.of(), new Off(), 0, List.of());

  static final int NEWEST = 3;

  private static void first(JsonTree order) {
    order.rename("name", "title").each("lines", line -> line.rename("t", "text"));
  }

  private static void second(JsonTree order) {
    order
        .move("times.at", "at")
        .remove("times")
        .each("byName", line -> line.put("count", line.isNull("count") ? 0 : line.number("count")));
  }

  private static final StateModule<Order> ORDERS =
      StateModule.define("Order", EMPTY)
          .persist(
              KeyStrategy.byId(),
              p ->
                  p.version(NEWEST)
                      .migrate(1, RecordFuzzTarget::first)
                      .migrate(2, RecordFuzzTarget::second))
          .build();

  private static final RecordCodec<Order> RECORDS = ORDERS.records();
  private static final StateCodec<Order> STATES = ORDERS.codec();

  private RecordFuzzTarget() {}

  /** The fuzzer's door: the first byte chooses what is done with the others. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length > 1) {
      byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
      int version = 1 + (input[0] & 3);
      boolean unused = input[0] < 0 ? restores(bytes, version) : migrates(bytes, version);
    }
  }

  private static @Nullable Restored restored(byte[] content, int version) {
    StateRecord record =
        new StateRecord(
            Revision.first(1), new WriterMark(1, 1), version, Instant.EPOCH, null, content);
    try {
      return Restored.of(ORDERS, Found.of(record), "an order");
    } catch (NewerRecordException e) {
      assertThat(version).isGreaterThan(NEWEST);
    } catch (UnreadableRecordException e) {
      assertThat(e).hasMessageContaining("left as it is");
    }
    return null;
  }

  /** Restores a record of this content. Returns whether it is one. */
  static boolean restores(byte[] content, int version) {
    Restored restored = restored(content, version);
    return restored != null && restored.isRecord();
  }

  /** Restores a record of this state, and stores and restores it again. */
  static boolean migrates(byte[] state, int version) {
    byte[] content =
        ("{\"format\":1,\"state\":" + new String(state, StandardCharsets.ISO_8859_1) + "}")
            .getBytes(StandardCharsets.ISO_8859_1);
    Restored restored = restored(content, version);
    if (restored == null) {
      return false;
    }
    Order order = (Order) restored.state();
    byte[] written = RECORDS.write(STATES.encode(order), restored.unknown()).json();
    RecordCodec.Read<Order> again = RECORDS.read(written, NEWEST);
    assertThat(again.state()).isEqualTo(order);
    assertThat(RECORDS.write(STATES.encode(order), again.unknown()).json())
        .as("what is unknown comes back as it was")
        .isEqualTo(written);
    return true;
  }
}
