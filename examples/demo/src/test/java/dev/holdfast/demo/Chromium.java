package dev.holdfast.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** An installed Chromium without a screen, spoken with over the DevTools protocol. */
final class Chromium implements AutoCloseable {

  private static final String LISTENING = "DevTools listening on ";

  /** Nothing is asked of the network but by the pages; they do not wait for a screen. */
  private static final List<String> FLAGS =
      List.of(
          "--headless=new",
          "--remote-debugging-port=0",
          "--disable-gpu",
          "--disable-quic",
          "--disable-dev-shm-usage",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--disable-renderer-backgrounding",
          "--disable-background-timer-throttling",
          "--disable-backgrounding-occluded-windows",
          "--hide-scrollbars",
          "--no-default-browser-check",
          "--no-first-run");

  private final Process process;
  private final DevTools tools;

  private Chromium(Process process, URI uri) {
    this.process = process;
    this.tools = new DevTools(uri);
  }

  /** Starts it, or ends the test where there is none. */
  static Chromium start(Path folder) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Machine.require("chromium", "chromium-browser", "google-chrome").toString());
    command.addAll(FLAGS);
    command.add("--user-data-dir=" + folder);
    if ("root".equals(System.getProperty("user.name"))) {
      command.add("--no-sandbox"); // which has no root
    }
    command.add("about:blank");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    CompletableFuture<URI> listening = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> read(process, listening));
    return new Chromium(process, listening.orTimeout(60, TimeUnit.SECONDS).join());
  }

  /** Reads all it prints, so that it never waits for somebody to do so. */
  private static void read(Process process, CompletableFuture<URI> listening) {
    StringBuilder said = new StringBuilder();
    try (BufferedReader output = process.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith(LISTENING)) {
          listening.complete(URI.create(line.substring(LISTENING.length())));
        } else if (!listening.isDone()) {
          said.append(line).append('\n');
        }
      }
    } catch (IOException e) {
      said.append(e);
    }
    listening.completeExceptionally(new IOException("Chromium does not start:\n" + said));
  }

  /** A new profile, that is: another person's browser. */
  Profile profile() {
    JsonNode made = tools.call(null, "Target.createBrowserContext", Map.of());
    return new Profile(made.get("browserContextId").asString());
  }

  /** Lets it tidy up, and does not wait for long. */
  @Override
  public void close() {
    try {
      var unused = tools.call(null, "Browser.close", Map.of());
      process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
    } finally {
      tools.close();
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join();
    }
  }

  /** Pages that share cookies and nothing with other profiles. */
  final class Profile {

    private final String context;

    private Profile(String context) {
      this.context = context;
    }

    /** Opens a page in a window of its own, and waits for it to load. */
    BrowserPage open(String url) {
      Map<String, String> target = Map.of("url", "about:blank", "browserContextId", context);
      JsonNode made = tools.call(null, "Target.createTarget", target);
      BrowserPage page = attach(made.get("targetId").asString());
      page.go(url);
      return page;
    }

    /** The page that another one has opened, once it is there. */
    BrowserPage openedBy(BrowserPage opener) {
      return attach(
          BrowserPage.await("a page opened by another", () -> targetOpenedBy(opener))
              .orElseThrow());
    }

    private Optional<String> targetOpenedBy(BrowserPage opener) {
      Stream<JsonNode> targets =
          tools.call(null, "Target.getTargets", Map.of()).get("targetInfos").valueStream();
      return targets
          .filter(target -> target.path("openerId").asString("").equals(opener.target()))
          .map(target -> target.get("targetId").asString())
          .findFirst();
    }

    private BrowserPage attach(String target) {
      Map<String, Object> how = Map.of("targetId", target, "flatten", true);
      JsonNode attached = tools.call(null, "Target.attachToTarget", how);
      return new BrowserPage(tools, target, attached.get("sessionId").asString());
    }
  }
}
