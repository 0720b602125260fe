package dev.holdfast.server;

import java.time.Duration;
import java.util.Locale;

/** An option that is a number within bounds. {@link ServerBuilder} says what each is for. */
enum Limit {
  MAX_FRAME_BYTES("maxFrameBytes", Unit.BYTES, 1 << 10, 64 << 20, 1 << 20),
  MAX_QUEUED_FRAMES("maxQueuedFrames", Unit.MESSAGES, 2, 65_536, 256),
  MAX_PENDING_BYTES("maxPendingBytes", Unit.BYTES, 64 << 10, 1 << 30, 8 << 20),
  MAX_QUEUED_ACTIONS("maxQueuedActions", Unit.ACTIONS, 1, 64, 64),
  MAX_ACTIONS_PER_SECOND("maxActionsPerSecond", Unit.ACTIONS, 1, 1_000_000, 1_000),
  MAX_CONNECTIONS("maxConnections", Unit.CONNECTIONS, 1, 10_000_000, 100_000),
  MAX_CONNECTIONS_PER_ADDRESS("maxConnectionsPerAddress", Unit.CONNECTIONS, 1, 10_000_000, 1_000),
  MAX_BODY_BYTES("maxBodyBytes", Unit.BYTES, 1 << 10, 64 << 20, 64 << 10),
  MAX_JSON_DEPTH("maxJsonDepth", Unit.LEVELS, 8, 500, 100),
  AUTHENTICATOR_TIMEOUT("authenticatorTimeout", Unit.MILLISECONDS, 1, 20_000, 5_000),
  HELLO_TIMEOUT("helloTimeout", Unit.MILLISECONDS, 1, 3_600_000, 10_000),
  IDLE_TIMEOUT("idleTimeout", Unit.MILLISECONDS, 1_000, 86_400_000, 60_000),
  CLOSE_TIMEOUT("closeTimeout", Unit.MILLISECONDS, 0, 600_000, 5_000);

  /** What a value counts. */
  enum Unit {
    BYTES,
    MESSAGES,
    ACTIONS,
    CONNECTIONS,
    LEVELS,
    MILLISECONDS;

    String plural() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final String option;
  private final Unit unit;
  private final long lowest;
  private final long highest;
  private final long usual;

  Limit(String option, Unit unit, long lowest, long highest, long usual) {
    this.option = option;
    this.unit = unit;
    this.lowest = lowest;
    this.highest = highest;
    this.usual = usual;
  }

  /** The builder's name for it. */
  String option() {
    return option;
  }

  Unit unit() {
    return unit;
  }

  long lowest() {
    return lowest;
  }

  long highest() {
    return highest;
  }

  /** The value where none is given. */
  long usual() {
    return usual;
  }

  /**
   * The value, if it is one that the option can have.
   *
   * @throws IllegalArgumentException naming option, range, unit and value, if it is not
   */
  long checked(long value) {
    if (value < lowest || value > highest) {
      throw new IllegalArgumentException(
          "%s is %d to %d %s, got %d".formatted(option, lowest, highest, unit.plural(), value));
    }
    return value;
  }

  /** The same for a time; what is left of a millisecond does not count. */
  long checked(Duration value) {
    try {
      return checked(value.toMillis());
    } catch (ArithmeticException e) {
      return checked(value.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE);
    }
  }
}
