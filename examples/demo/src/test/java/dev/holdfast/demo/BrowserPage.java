package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A page in a real browser: looked at by expressions, acted on by mouse and keyboard. */
final class BrowserPage {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern TYPE = Pattern.compile("\"type\":\"(\\w+)\"");

  private final DevTools tools;
  private final String target;
  private final String session;

  /** What the page threw, and what its policy kept it from doing. */
  private final List<String> faults = new CopyOnWriteArrayList<>();

  /** The types of the messages that came over WebSockets. */
  private final Set<String> received = ConcurrentHashMap.newKeySet();

  BrowserPage(DevTools tools, String target, String session) {
    this.tools = tools;
    this.target = target;
    this.session = session;
    tools.listen(session, this::told);
    call("Page.enable");
    call("Runtime.enable");
    call("Log.enable");
    call("Network.enable");
    size(1280, 820, false);
  }

  private void told(JsonNode event) {
    JsonNode parameters = event.path("params");
    switch (event.path("method").asString("")) {
      case "Runtime.exceptionThrown" -> faults.add(parameters.get("exceptionDetails").toString());
      case "Network.webSocketFrameReceived" -> {
        Matcher type = TYPE.matcher(parameters.get("response").get("payloadData").asString());
        if (type.find()) {
          received.add(type.group(1));
        }
      }
      case "Log.entryAdded" -> {
        JsonNode entry = parameters.get("entry");
        if (entry.get("source").asString().equals("security")) {
          faults.add(entry.get("text").asString());
        }
      }
      default -> {}
    }
  }

  private JsonNode call(String method) {
    return call(method, Map.of());
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    return tools.call(session, method, parameters);
  }

  String target() {
    return target;
  }

  /** What went wrong in the page so far. */
  List<String> faults() {
    return faults;
  }

  /** The types of the messages that came over WebSockets so far. */
  Set<String> received() {
    return received;
  }

  // --- looking ----------------------------------------------------------------------------------

  void go(String url) {
    JsonNode result = call("Page.navigate", Map.of("url", url));
    assertThat(result.path("errorText").asString("")).as("going to %s", url).isEmpty();
    loaded();
  }

  /** Shows the page in front of others of its window: pages behind draw nothing. */
  void front() {
    call("Page.bringToFront");
  }

  /** Reloads, and waits for the new page. */
  void reload() {
    look("globalThis.old = true");
    call("Page.reload");
    until("globalThis.old === undefined");
    loaded();
  }

  private void loaded() {
    until("document.readyState === 'complete' && location.href !== 'about:blank'");
  }

  /** The value of an expression, awaited if it is a promise. */
  JsonNode look(String expression) {
    JsonNode result = evaluate(expression);
    assertThat(result.has("exceptionDetails")).as("%s: %s", expression, result).isFalse();
    return result.get("result").path("value");
  }

  private JsonNode evaluate(String expression) {
    return call(
        "Runtime.evaluate",
        Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
  }

  /** The text of an element. */
  String text(String selector) {
    return look(element(selector) + ".textContent").asString();
  }

  /** Waits until an expression is true, over loads of the page. */
  void until(String condition) {
    var unused = await(condition, () -> holds(condition) ? Optional.of(true) : Optional.empty());
  }

  /** Whether a condition is true; a page that is not there yet, or no more, holds none. */
  private boolean holds(String condition) {
    try {
      return evaluate("Boolean(%s)".formatted(condition)).path("result").path("value").asBoolean();
    } catch (DevTools.RefusedException e) {
      return false; // between two pages
    }
  }

  void untilText(String selector, String text) {
    until("document.querySelector(%s)?.textContent === %s".formatted(json(selector), json(text)));
  }

  static <T> Optional<T> await(String what, Supplier<Optional<T>> wanted) {
    return Awaitility.await()
        .alias(what)
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(wanted::get, Optional::isPresent);
  }

  private static String element(String selector) {
    return "document.querySelector(%s)".formatted(json(selector));
  }

  static String json(String text) {
    return JsonMapper.shared().writeValueAsString(text);
  }

  // --- acting -----------------------------------------------------------------------------------

  /** Clicks into the middle of an element, which must be what is hit there. */
  void click(String selector) {
    JsonNode at =
        look(
            """
            (() => {
              const wanted = %s;
              wanted.scrollIntoView({ block: "center", behavior: "instant" });
              const { x, y, width, height } = wanted.getBoundingClientRect();
              const [cx, cy] = [x + width / 2, y + height / 2];
              const hit = document.elementFromPoint(cx, cy);
              return { x: cx, y: cy, hit: wanted.contains(hit) || Boolean(hit?.contains(wanted)) };
            })()
            """
                .formatted(element(selector)));
    assertThat(at.get("hit").asBoolean()).as("%s can be clicked", selector).isTrue();
    mouse("mousePressed", at);
    mouse("mouseReleased", at);
  }

  private void mouse(String type, JsonNode at) {
    call(
        "Input.dispatchMouseEvent",
        Map.of(
            "type",
            type,
            "x",
            at.get("x").asDouble(),
            "y",
            at.get("y").asDouble(),
            "button",
            "left",
            "clickCount",
            1));
  }

  /** Types into a field, in place of what is there, and presses Enter. */
  void enter(String selector, String text) {
    type(selector, text);
    press("Enter", 13, "\r");
  }

  /** Types into a field, in place of what is there. */
  void type(String selector, String text) {
    look("%1$s.focus(), %1$s.select()".formatted(element(selector)));
    call("Input.insertText", Map.of("text", text));
  }

  void tab() {
    press("Tab", 9, "");
  }

  void space() {
    press(" ", 32, " ");
  }

  private void press(String key, int code, String text) {
    Map<String, ?> down =
        Map.of("type", "keyDown", "key", key, "windowsVirtualKeyCode", code, "text", text);
    call("Input.dispatchKeyEvent", down);
    call(
        "Input.dispatchKeyEvent",
        Map.of("type", "keyUp", "key", key, "windowsVirtualKeyCode", code));
  }

  // --- surroundings -----------------------------------------------------------------------------

  void size(int width, int height, boolean phone) {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 2, "mobile", phone));
  }

  /** Sets media features, such as {@code prefers-color-scheme}. */
  void media(Map<String, String> features) {
    List<Map<String, String>> list =
        features.entrySet().stream()
            .map(feature -> Map.of("name", feature.getKey(), "value", feature.getValue()))
            .toList();
    call("Emulation.setEmulatedMedia", Map.of("features", list));
  }

  /** Takes the network from the browser, as it sees it itself, or gives it back. */
  void network(boolean there) {
    call(
        "Network.emulateNetworkConditions",
        Map.of("offline", !there, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    until("navigator.onLine === " + there);
  }

  void screenshot(Path file) throws IOException {
    JsonNode shot = call("Page.captureScreenshot", Map.of("format", "png"));
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, Base64.getDecoder().decode(shot.get("data").asString()));
  }

  void close() {
    call("Page.close");
  }
}
