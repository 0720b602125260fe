package dev.holdfast.server;

import dev.holdfast.Sessions;
import dev.holdfast.server.protocol.MessageReader;
import dev.holdfast.server.protocol.MessageWriter;
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
    StateImages images,
    MessageReader reader,
    MessageWriter writer) {

  Desk(Sessions sessions, Modules modules, Contacts contacts, Limits limits, Executor threads) {
    this(
        sessions,
        modules,
        contacts,
        limits,
        threads,
        new StateImages(),
        new MessageReader(),
        new MessageWriter());
  }
}
