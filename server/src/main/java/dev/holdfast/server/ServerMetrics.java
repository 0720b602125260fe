package dev.holdfast.server;

import dev.holdfast.Holdfast;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The server's figures for Micrometer, which a program that wants them adds to its dependencies:
 * {@code micrometer-core}, or {@code micrometer-registry-prometheus} for {@code /metrics}. Labels
 * are module names, outcomes and close codes; no session, key or id is among them.
 *
 * <pre>{@code
 * HoldfastServer.builder(app).metrics(ServerMetrics.prometheus()).start();
 * }</pre>
 */
public final class ServerMetrics {

  private final MeterRegistry registry;
  private final @Nullable Supplier<String> text;

  private ServerMetrics(MeterRegistry registry, @Nullable Supplier<String> text) {
    this.registry = Objects.requireNonNull(registry, "registry");
    this.text = text;
  }

  /** In a registry of their own, shown at {@code /metrics}. */
  public static ServerMetrics prometheus() {
    return of(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  /** In a registry of the program's, all of which is shown at {@code /metrics}. */
  public static ServerMetrics of(PrometheusMeterRegistry registry) {
    return new ServerMetrics(registry, registry::scrape);
  }

  /** In a registry of the program's, which publishes them as it does; there is no page. */
  public static ServerMetrics of(MeterRegistry registry) {
    return new ServerMetrics(registry, null);
  }

  /** The page, if there is one. */
  Optional<String> text() {
    return Optional.ofNullable(text).map(Supplier::get);
  }

  /** Begins to measure. */
  Meters bind(Holdfast app, OpenConnections open) {
    gauge("holdfast.connections", open, OpenConnections::count);
    gauge("holdfast.sessions.connected", app, a -> a.sessions().connected());
    gauge("holdfast.sessions.waiting", app, a -> a.sessions().waiting());
    gauge("holdfast.instances", app, Holdfast::instances);
    gauge("holdfast.instances.degraded", app, a -> a.health().degradedInstances());
    gauge("holdfast.dirty.keys", app, a -> a.health().dirtyKeys());
    gauge("holdfast.dirty.bytes", app, a -> a.health().dirtyBytes());
    FunctionCounter.builder("holdfast.commits", app, a -> a.health().commits()).register(registry);
    return new Registered(registry);
  }

  private <T> void gauge(String name, T of, ToDoubleFunction<T> value) {
    Gauge.builder(name, of, value).register(registry);
  }

  private static final class Registered implements Meters {

    private final MeterRegistry registry;
    private final Counter coalesced;

    Registered(MeterRegistry registry) {
      this.registry = registry;
      this.coalesced = registry.counter("holdfast.sends.coalesced");
    }

    @Override
    public void answered(String module, String outcome, Duration took) {
      Timer.builder("holdfast.actions")
          .tags(Tags.of("module", module, "outcome", outcome))
          .register(registry)
          .record(took);
    }

    @Override
    public void coalesced() {
      coalesced.increment();
    }

    @Override
    public void closed(int code) {
      registry.counter("holdfast.closes", "code", Integer.toString(code)).increment();
    }
  }
}
