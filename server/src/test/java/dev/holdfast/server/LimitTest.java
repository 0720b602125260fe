package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.store.StateStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class LimitTest {

  @ParameterizedTest
  @EnumSource
  void theUsualValueAndTheEndsOfTheRangeAreTaken(Limit limit) {
    assertThat(limit.checked(limit.usual())).isEqualTo(limit.usual());
    assertThat(limit.checked(limit.lowest())).isEqualTo(limit.lowest());
    assertThat(limit.checked(limit.highest())).isEqualTo(limit.highest());
  }

  @ParameterizedTest
  @EnumSource
  void whatIsOutOfRangeIsRefusedWithUnitRangeAndValue(Limit limit) {
    for (long wrong : new long[] {limit.lowest() - 1, limit.highest() + 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Limits.DEFAULT.with(limit, wrong))
          .withMessage(
              "%s is %d to %d %s, got %d"
                  .formatted(
                      limit.option(),
                      limit.lowest(),
                      limit.highest(),
                      limit.unit().plural(),
                      wrong));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theBuilderHasTheOptionAndRefusesTheSame(Limit limit) throws Exception {
    try (Holdfast app = Holdfast.open(StateStore.inMemory())) {
      ServerBuilder builder = HoldfastServer.builder(app);
      Method option = option(limit);
      assertThat(option.invoke(builder, value(option, limit.lowest()))).isSameAs(builder);
      assertThatThrownBy(() -> option.invoke(builder, value(option, limit.lowest() - 1)))
          .isInstanceOf(InvocationTargetException.class)
          .cause()
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(limit.option() + " is " + limit.lowest());
    }
  }

  private static Method option(Limit limit) {
    return Arrays.stream(ServerBuilder.class.getMethods())
        .filter(method -> method.getName().equals(limit.option()))
        .findFirst()
        .orElseThrow();
  }

  private static Object value(Method option, long value) {
    return option.getParameterTypes()[0] == int.class ? (int) value : Duration.ofMillis(value);
  }
}
