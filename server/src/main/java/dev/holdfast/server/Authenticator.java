package dev.holdfast.server;

/**
 * Finds out who opens a WebSocket, before it is one, and who asks for a module over plain HTTP: the
 * place to check a cookie of the site's own, a ticket in a header, or an address.
 *
 * <pre>{@code
 * HoldfastServer.builder(app)
 *     .authenticator(request -> request.cookie("login")
 *         .flatMap(logins::user)
 *         .map(Authenticator::known)
 *         .orElse(Authenticator.refuse(401)))
 * }</pre>
 *
 * <p>It runs on a virtual thread of its own and may block, up to {@link
 * ServerBuilder#authenticatorTimeout}; for several clients at once. What it throws, and what takes
 * it too long, refuses the client with 500 or 503 and is logged without its message.
 */
@FunctionalInterface
public interface Authenticator {

  /** Decides about a request that is well-formed, from an origin that may connect. */
  Decision authenticate(ClientRequest request) throws Exception;

  /** What becomes of the client. */
  sealed interface Decision {

    /** Nobody known: the client gets its session as it is. */
    record Anonymous() implements Decision {}

    /** Somebody known: {@link dev.holdfast.Session#principal} from now on. */
    record Known(String principal) implements Decision {
      /** Leaves the name out, for logs. */
      @Override
      public String toString() {
        return "Known[]";
      }
    }

    /** The upgrade is refused. */
    record Refused(int status) implements Decision {
      /**
       * Checks the status.
       *
       * @throws IllegalArgumentException if it is not 400 to 599
       */
      public Refused {
        if (status < 400 || status > 599) {
          throw new IllegalArgumentException("A refusal is 400 to 599, got " + status);
        }
      }
    }
  }

  /** Lets the client in as nobody known; a session that has a principal keeps it. */
  static Decision anonymous() {
    return new Decision.Anonymous();
  }

  /**
   * Lets the client in as somebody. A session of somebody else's is not resumed, and one of nobody
   * known gets this principal, and a new token.
   *
   * @param principal 1 to 256 characters, not blank
   */
  static Decision known(String principal) {
    return new Decision.Known(principal);
  }

  /**
   * Refuses the client.
   *
   * @param status of HTTP, 400 to 599, such as 401 or 403
   */
  static Decision refuse(int status) {
    return new Decision.Refused(status);
  }
}
