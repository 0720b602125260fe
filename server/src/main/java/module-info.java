/** Holdfast's server: modules over WebSocket, and a few files over HTTP. */
module dev.holdfast.server {
  requires transitive dev.holdfast;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires org.slf4j;
  requires tools.jackson.databind;
  requires static transitive micrometer.core;
  requires static transitive micrometer.registry.prometheus;
  requires static transitive org.jspecify;

  exports dev.holdfast.server;
}
