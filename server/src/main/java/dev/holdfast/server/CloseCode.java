package dev.holdfast.server;

/** Why the server ends a WebSocket, as RFC 6455 numbers it. */
enum CloseCode {
  /** All is said. */
  NORMAL(1000),
  /** The server stops. */
  GOING_AWAY(1001),
  /** The client does not follow the protocol. */
  PROTOCOL_ERROR(1002),
  /** A binary frame. */
  UNSUPPORTED(1003),
  /** Text that is not UTF-8. */
  BAD_TEXT(1007),
  /** The session may not do this. */
  POLICY(1008),
  /** A frame or message over the limit. */
  TOO_BIG(1009),
  /** A fault of the server. */
  INTERNAL(1011),
  /** Trying again after a while helps. */
  TRY_LATER(1013);

  private final int number;

  CloseCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
