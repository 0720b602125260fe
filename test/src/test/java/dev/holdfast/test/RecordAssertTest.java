package dev.holdfast.test;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.holdfast.KeyStrategy;
import dev.holdfast.Records;
import dev.holdfast.StateModule;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class RecordAssertTest {

  record Item(String title, double price) {}

  record Order(int number, List<Item> items, Map<String, String> notes) {
    Order twice() {
      return new Order(number * 2, items, notes);
    }
  }

  private static final Order FIRST =
      new Order(21, List.of(new Item("tea", 2.0), new Item("cup", 5.5)), Map.of("to", "Ann"));

  private static final StateModule<Order> ORDER =
      StateModule.define("Order", FIRST)
          .persist(KeyStrategy.byId())
          .reduce("twice", Order::twice)
          .build();

  @RegisterExtension final HoldfastExtension holdfast = HoldfastExtension.with(ORDER);

  @BeforeEach
  void anOrderIsStored() {
    holdfast.ref(ORDER, "o-1").dispatch("twice");
  }

  private RecordAssert stored() {
    return holdfast.record(ORDER, "o-1");
  }

  private static ThrowableAssertAlternative<AssertionError> assertFails(ThrowingCallable check) {
    return assertThatExceptionOfType(AssertionError.class).isThrownBy(check);
  }

  @Test
  void aRecordThatIsAsExpectedPasses() {
    stored()
        .isPresent()
        .hasRevision(1)
        .hasSchemaVersion(1)
        .wasWrittenAt(ManualClock.START)
        .isNeverDue()
        .hasJson(
            """
            {notes: {to: 'Ann'}, number: 42.0,
             items: [{title: 'tea', price: 2}, {title: 'cup', price: 5.50}]}
            """);
    holdfast.record(ORDER, "o-2").isAbsent();
  }

  @Test
  void aDifferenceIsShownByItsPath() {
    assertFails(
            () ->
                stored()
                    .hasJson(
                        """
                        {number: 43, extra: null, notes: {},
                         items: [{title: 'tea', price: '2'}]}
                        """))
        .withMessageContaining("Order \"o-1\" (KEYED)")
        .withMessageContaining("number: 42, not 43")
        .withMessageContaining("extra: missing, not null")
        .withMessageContaining("notes.to: \"Ann\", not missing")
        .withMessageContaining("items[0].price: 2.0, not \"2\"")
        .withMessageContaining("items[1]: {\"title\":\"cup\",\"price\":5.5}, not missing");
  }

  @Test
  void anotherKindOfTreeIsOneDifference() {
    assertFails(() -> stored().hasJson("[]")).withMessageContaining("all: {");
  }

  @Test
  void whatIsExpectedMustBeJson() {
    assertThatIllegalArgumentException().isThrownBy(() -> stored().hasJson("{number"));
  }

  @Test
  void numbersOfTheRecordAreShown() {
    assertFails(() -> stored().hasRevision(2))
        .withMessageContaining("revision")
        .withMessageContaining("is 1, not 2");
    assertFails(() -> stored().hasSchemaVersion(3)).withMessageContaining("is 1, not 3");
    assertFails(() -> stored().wasWrittenAt(ManualClock.START.plusSeconds(1)))
        .withMessageContaining("time of writing");
    assertFails(() -> stored().isDueAt(ManualClock.START)).withMessageContaining("is null, not");
  }

  @Test
  void presenceAndAbsenceAreTold() {
    assertFails(() -> stored().isAbsent()).withMessageContaining("\"number\":42");
    assertFails(() -> holdfast.record(ORDER, "o-2").isPresent()).withMessageContaining("no record");
    assertFails(() -> holdfast.record(ORDER, "o-2").hasJson("{}"))
        .withMessageContaining("no record");
  }

  @Test
  void anErasedRecordIsAbsent() {
    holdfast.app().erase(Records.key(ORDER, "o-1"));
    stored().isAbsent();
  }

  @Test
  void aRecordIsSeenAsItWasWhenItWasAskedFor() {
    RecordAssert before = stored();
    holdfast.ref(ORDER, "o-1").dispatch("twice");
    before.hasRevision(1);
    stored().hasRevision(2);
  }
}
