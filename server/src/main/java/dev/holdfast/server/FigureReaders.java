package dev.holdfast.server;

import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;

/**
 * Who is shown how the server stands.
 *
 * @param who what it throws refuses
 */
record FigureReaders(Predicate<ClientRequest> who) {

  /** What proxies add to a request that they pass on. */
  private static final List<String> PASSED_ON =
      List.of("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via");

  /** Whoever asks from this machine, unless a proxy asks for somebody else. */
  static final FigureReaders HERE = new FigureReaders(FigureReaders::isHere);

  boolean admits(Request request) {
    try {
      return who.test(request.asClients());
    } catch (RuntimeException | Error e) {
      Failures.report("figuresFor threw", e);
      return false;
    }
  }

  private static boolean isHere(ClientRequest request) {
    InetAddress from = request.remoteAddress().getAddress();
    return from != null
        && from.isLoopbackAddress()
        && PASSED_ON.stream().allMatch(header -> request.header(header).isEmpty());
  }
}
