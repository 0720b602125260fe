package dev.holdfast.server;

import java.time.Duration;

/** What a server counts. No session, key or id is among the labels. */
interface Meters {

  /** Counts nothing. */
  Meters NONE =
      new Meters() {
        @Override
        public void answered(String module, String outcome, Duration took) {}

        @Override
        public void coalesced() {}

        @Override
        public void closed(int code) {}
      };

  /**
   * An action has its answer.
   *
   * @param outcome "ok", or why not: one of the codes that clients are told
   */
  void answered(String module, String outcome, Duration took);

  /** A state was skipped, as a newer one was there before the client could take it. */
  void coalesced();

  /** A WebSocket has ended. */
  void closed(int code);
}
