package dev.holdfast.server;

import java.util.List;

/** One link to a client, as the protocol sees it. Safe for many threads; nothing here blocks. */
interface Transport {

  /**
   * Queues one text message; messages leave in the order of these calls. Ignored once closed. A
   * client that leaves too much unread is closed with {@link CloseCode#TRY_LATER}.
   *
   * @param parts UTF-8 text in parts that belong one behind the other; nobody changes them later
   */
  void send(List<byte[]> parts);

  /**
   * Whether the client keeps up; when it does so again, {@link Conversation#writable} is called.
   */
  boolean isWritable();

  /**
   * Asks the client's side for a sign of life. Ignored once closed, and while it does not keep up.
   */
  void ping();

  /** Goes on reading from the client, or stops until further notice. */
  void reading(boolean on);

  /** Closes the link behind what was sent. The first call counts. */
  void close(CloseCode code, String reason);
}
