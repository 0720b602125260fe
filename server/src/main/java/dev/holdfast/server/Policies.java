package dev.holdfast.server;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happens on a session's second connection about a module (law N3).
 *
 * @param all for modules without a policy of their own; null for the usual one
 * @param own by the module's name
 */
record Policies(@Nullable ConnectionPolicy all, Map<String, ConnectionPolicy> own) {

  static final Policies USUAL = new Policies(null, Map.of());

  Policies {
    own = Map.copyOf(own);
  }

  Policies with(ConnectionPolicy policy) {
    return new Policies(policy, own);
  }

  Policies with(String module, ConnectionPolicy policy) {
    Map<String, ConnectionPolicy> more = new HashMap<>(own);
    more.put(module, policy);
    return new Policies(all, more);
  }

  /**
   * The policy of a module.
   *
   * @param byCookie whether the session was in a cookie, which all windows of a browser share
   */
  ConnectionPolicy of(String module, boolean byCookie) {
    ConnectionPolicy mine = own.getOrDefault(module, all);
    if (mine != null) {
      return mine;
    }
    return byCookie ? ConnectionPolicy.ALLOW_MULTIPLE : ConnectionPolicy.KICK_OLD;
  }
}
