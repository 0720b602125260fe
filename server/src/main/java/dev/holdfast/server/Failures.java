package dev.holdfast.server;

import dev.holdfast.HoldfastException;
import dev.holdfast.server.protocol.Failure;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.PrematureChannelClosureException;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What went wrong, as clients and the log are told. */
final class Failures {

  private static final Logger log = LoggerFactory.getLogger(HoldfastServer.class);

  private Failures() {}

  /** What the client may know; what it may not, is logged. */
  static Failure of(Throwable thrown) {
    Throwable cause = unwrapped(thrown);
    if (cause instanceof HoldfastException known) {
      return new Failure(known.code(), String.valueOf(known.getMessage()));
    }
    report("An action failed unexpectedly", cause);
    return new Failure(Failure.INTERNAL, "Something went wrong in the server; its log says what");
  }

  /** Whether the other end is gone, or does not speak TLS as it should: nothing to report. */
  static boolean isLostLink(Throwable thrown) {
    return thrown instanceof IOException
        || thrown instanceof PrematureChannelClosureException
        || (thrown instanceof DecoderException && thrown.getCause() instanceof IOException);
  }

  /** Logs type and place of a failure. Its message may hold content, so it stays out. */
  static void report(String what, Throwable thrown) {
    log.error("{}: {}", what, thrown.getClass().getName(), new Place(thrown));
  }

  private static Throwable unwrapped(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return cause != null
            && (thrown instanceof CompletionException || thrown instanceof ExecutionException)
        ? unwrapped(cause)
        : thrown;
  }

  /** A stack trace without a message. */
  private static final class Place extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Place(Throwable thrown) {
      super(thrown.getClass().getName(), null, false, true);
      setStackTrace(thrown.getStackTrace());
    }
  }
}
