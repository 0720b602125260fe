package dev.holdfast.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * Counts links, all together and for each address, and lets no more in than may be. Of an IPv6
 * address the first half counts: the second is its owner's to choose. Safe for many threads.
 */
final class Crowd {

  private static final int IPV6_NETWORK_BYTES = 8;

  private final int most;
  private final int mostPerAddress;

  // Guarded by this.
  private int all;
  private final Map<String, Integer> byAddress = new HashMap<>();

  Crowd(int most, int mostPerAddress) {
    this.most = most;
    this.mostPerAddress = mostPerAddress;
  }

  /** Whether one more from this address may come; then it counts until it leaves. */
  synchronized boolean enter(SocketAddress from) {
    String address = address(from);
    int here = byAddress.getOrDefault(address, 0);
    if (all >= most || here >= mostPerAddress) {
      return false;
    }
    all++;
    byAddress.put(address, here + 1);
    return true;
  }

  synchronized void leave(SocketAddress from) {
    all--;
    byAddress.computeIfPresent(address(from), (address, here) -> here == 1 ? null : here - 1);
  }

  synchronized int size() {
    return all;
  }

  private static String address(SocketAddress from) {
    InetAddress address = from instanceof InetSocketAddress socket ? socket.getAddress() : null;
    if (address == null) {
      return "";
    }
    byte[] bytes = address.getAddress();
    return HexFormat.of()
        .formatHex(
            address instanceof Inet6Address ? Arrays.copyOf(bytes, IPV6_NETWORK_BYTES) : bytes);
  }
}
