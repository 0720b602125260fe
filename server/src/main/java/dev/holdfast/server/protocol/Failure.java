package dev.holdfast.server.protocol;

/**
 * Why something did not happen, as the client is told.
 *
 * @param code a stable word for programs
 * @param message a sentence for people, without content of states or payloads
 */
public record Failure(String code, String message) {

  /** The message is not one of the protocol's. */
  public static final String BAD_MESSAGE = "bad-message";

  /** The message is one of the protocol's, but not at this moment. */
  public static final String OUT_OF_TURN = "out-of-turn";

  /** The message is one that this server does not follow. */
  public static final String REFUSED = "refused";

  /** The module is unknown, or the connection is not about it. */
  public static final String UNKNOWN_MODULE = "unknown-module";

  /** A fault of the server. */
  public static final String INTERNAL = "internal";

  private static final int LONGEST = 500;

  /** Shortens a message of more than 500 characters. */
  public Failure {
    if (message.length() > LONGEST) {
      message = message.substring(0, LONGEST) + "...";
    }
  }

  /** A message that is not one of the protocol's. */
  public static Failure badMessage(String message) {
    return new Failure(BAD_MESSAGE, message);
  }
}
