package dev.holdfast.server;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Leads plain HTTP requests to what answers them. Blocks. */
final class Router {

  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private static final List<String> METRICS = List.of("metrics");

  private final Site site;
  private final ModuleSite modules;
  private final FigureReaders readers;
  private final Supplier<Optional<String>> metrics;

  /**
   * @param readers who is shown figures
   * @param metrics the page of figures, if there is one
   */
  Router(Site site, ModuleSite modules, FigureReaders readers, Supplier<Optional<String>> metrics) {
    this.site = site;
    this.modules = modules;
    this.readers = readers;
    this.metrics = metrics;
  }

  Reply answer(Request request) {
    List<String> path = UrlPath.segments(request.target()).orElse(List.of());
    if (!path.isEmpty() && path.getFirst().equals("modules")) {
      return modules.answer(request, path.subList(1, path.size()));
    }
    boolean figures = path.equals(List.of("stats")) || path.equals(METRICS);
    if (figures && !readers.admits(request)) {
      return Reply.text(403, "Figures are not shown to everybody\n");
    }
    if (path.equals(METRICS) && request.method().equals("GET")) {
      Optional<String> text = metrics.get();
      if (text.isPresent()) {
        return Reply.of(200, PROMETHEUS_TEXT, text.get());
      }
    }
    return site.answer(request.method(), request.target(), request.knownTags());
  }
}
