/**
 * The messages of the wire protocol as sealed records, and their JSON. Nothing here knows sockets,
 * threads or sessions.
 */
@NullMarked
package dev.holdfast.server.protocol;

import org.jspecify.annotations.NullMarked;
