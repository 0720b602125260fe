package dev.holdfast.server;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a client when its WebSocket opens.
 *
 * @param principal who the authenticator has found it to be, or null
 * @param cookieToken the token that its cookie holds, good a moment ago; null without one
 * @param isBegun whether that token's session began with this upgrade
 * @param remoteAddress the other end, if it is known
 */
record Entrant(
    @Nullable String principal,
    @Nullable String cookieToken,
    boolean isBegun,
    @Nullable InetSocketAddress remoteAddress) {

  /** Somebody who may say hello. */
  static Entrant at(@Nullable InetSocketAddress remoteAddress) {
    return new Entrant(null, null, false, remoteAddress);
  }

  /** Leaves the token out. */
  @Override
  public String toString() {
    return "Entrant[]";
  }
}
