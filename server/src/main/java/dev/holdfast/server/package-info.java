/**
 * Modules of a {@link dev.holdfast.Holdfast} over WebSocket, and a few files over HTTP.
 *
 * <p>Start at {@link dev.holdfast.server.HoldfastServer}. Inside, a frame travels from {@code
 * SocketHandler} on an event loop into the {@code Mailbox} of its {@code Conversation}, which is
 * plain blocking code on a virtual thread and answers through an {@code Outlet}. Only the classes
 * named {@code Socket...}, {@code Http...} and the server itself know Netty.
 */
@NullMarked
package dev.holdfast.server;

import org.jspecify.annotations.NullMarked;
