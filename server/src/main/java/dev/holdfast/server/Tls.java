package dev.holdfast.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;

/** A server's certificate and key. TLS 1.2 and 1.3, by the JDK's own provider. */
final class Tls {

  private final SslContext context;

  private Tls(SslContext context) {
    this.context = context;
  }

  /**
   * Reads both from PEM files.
   *
   * @throws IllegalArgumentException naming the files, if they are not a chain and its key
   */
  static Tls of(Path chain, Path key) {
    for (Path file : new Path[] {chain, key}) {
      if (!Files.isReadable(file)) {
        throw new IllegalArgumentException("tls needs PEM files that can be read, got " + file);
      }
    }
    try {
      return new Tls(
          SslContextBuilder.forServer(chain.toFile(), key.toFile())
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2")
              .build());
    } catch (SSLException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "tls needs a certificate chain (%s) and its private key in PKCS #8 without a password (%s)"
              .formatted(chain, key),
          e);
    }
  }

  /** Speaks TLS on one link. */
  ChannelHandler handler(ByteBufAllocator allocator) {
    return context.newHandler(allocator);
  }
}
