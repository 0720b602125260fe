package dev.holdfast.server;

import dev.holdfast.Sessions;
import dev.holdfast.server.protocol.MessageReader;
import dev.holdfast.server.protocol.MessageWriter;
import dev.holdfast.time.TimeSource;
import java.util.concurrent.Executor;

/**
 * What all conversations of a server share.
 *
 * @param threads runs mailboxes; its tasks may block
 */
record Desk(
    Sessions sessions,
    Modules modules,
    Contacts contacts,
    Limits limits,
    Executor threads,
    TimeSource time,
    Meters meters,
    ClientHooks hooks,
    StateImages images,
    MessageReader reader,
    MessageWriter writer) {

  Desk(
      Sessions sessions,
      Modules modules,
      Contacts contacts,
      Limits limits,
      Executor threads,
      TimeSource time,
      Meters meters,
      ClientHooks hooks) {
    this(
        sessions,
        modules,
        contacts,
        limits,
        threads,
        time,
        meters,
        hooks,
        new StateImages(),
        new MessageReader(limits.of(Limit.MAX_JSON_DEPTH)),
        new MessageWriter());
  }
}
