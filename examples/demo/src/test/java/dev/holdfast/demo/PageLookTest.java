package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * How the page looks, and whether everybody can use it. Its pictures go to {@code target/pages}.
 */
final class PageLookTest {

  private static final Path PICTURES = Path.of("target/pages");
  private static final Path README =
      Path.of(System.getProperty("holdfast.readme.picture", PICTURES + "/readme.png"));

  @TempDir static Path folder;

  @SuppressWarnings("NullAway.Init") // made before all
  private static Chromium chromium;

  @SuppressWarnings("NullAway.Init") // made before all
  private static DemoProcess demo;

  private static int port;

  @BeforeAll
  static void start() throws IOException {
    chromium = Chromium.start(Files.createDirectory(folder.resolve("browser")));
    demo = DemoProcess.launch(folder, 0);
    port = demo.port();
    BrowserPage page = open();
    say(page, "Bo", "Is it safe to kill it now?");
    say(page, "Ada", "It always is.");
    say(page, "Bo", "Killed it in the middle of 100 clicks.");
    say(page, "Ada", "And? How many did it count?");
    say(page, "Bo", "100.");
    page.enter("#login [name=name]", "Ada");
    page.untilText("#who", "Ada");
    for (String title : List.of("Water the kelp", "Pull the plug", "Count the clicks again")) {
      page.enter("#add [name=title]", title);
      page.untilText("#list li:last-child", title);
    }
    page.click("#list li:nth-child(2) label");
    page.until("document.querySelectorAll('#list input:checked').length === 1");
    page.until("document.querySelectorAll('[data-is=saving]').length === 0");
    page.close();
  }

  @AfterAll
  static void stop() {
    if (demo != null) {
      demo.close();
    }
    if (chromium != null) {
      chromium.close();
    }
  }

  private static void say(BrowserPage page, String from, String text) {
    page.type("#say [name=from]", from);
    page.enter("#say [name=text]", text);
    page.until(
        "document.querySelector('#messages li:last-child')?.textContent.endsWith(%s)"
            .formatted(BrowserPage.json(text)));
  }

  private static BrowserPage open() {
    BrowserPage page = chromium.profile().open("http://localhost:%d/".formatted(port));
    page.media(Map.of("prefers-reduced-motion", "reduce")); // nothing is looked at half-faded
    page.until("document.querySelector('#status').dataset.status === 'live'");
    page.until("document.querySelector('#count').textContent !== '–'");
    return page;
  }

  /** A page with something on it. */
  private static BrowserPage busy() {
    BrowserPage page = open();
    page.enter("#login [name=name]", "Ada");
    page.untilText("#list li:last-child", "Count the clicks again");
    page.click("#counter [data-times='25']");
    page.click("#counter [data-by='10']");
    page.click("#counter [data-by='1']");
    page.untilText("#count", "36");
    page.until("document.querySelectorAll('[data-is=saving]').length === 0");
    page.look("document.activeElement.blur(), scrollTo(0, 0)");
    return page;
  }

  @ParameterizedTest
  @DisplayName("nothing sticks out, and no rule of accessibility is broken")
  @CsvSource({
    "desktop, 1280, 860, false, light",
    "desktop-dark, 1280, 860, false, dark",
    "tablet, 820, 1180, true, light",
    "phone, 390, 844, true, light",
    "phone-dark, 390, 844, true, dark",
    "narrow, 320, 640, true, light",
  })
  void isForEverybody(String name, int width, int height, boolean phone, String scheme)
      throws Exception {
    BrowserPage page = busy();
    page.size(width, height, phone);
    page.media(Map.of("prefers-color-scheme", scheme, "prefers-reduced-motion", "reduce"));
    page.screenshot(PICTURES.resolve(name + ".png"));
    int over = page.look("document.documentElement.scrollWidth - innerWidth").asInt();
    assertThat(over).as("pixels that stick out").isZero();
    assertThat(violations(page)).isEmpty();
    page.close();
  }

  @Test
  @DisplayName("a visitor's page, and one without a connection, break no rule either")
  void isForEverybodyAtEveryMoment() throws Exception {
    BrowserPage visitor = open();
    assertThat(violations(visitor)).isEmpty();
    visitor.screenshot(PICTURES.resolve("visitor.png"));
    visitor.close();
  }

  @Test
  @DisplayName("what waits through a kill is said to be kept, and then to be safe")
  void thereIsAWordThatItIsSafe() throws Exception {
    BrowserPage page = busy();
    demo.kill();
    page.click("#counter [data-times='25']");
    page.until("document.querySelector('#outage').dataset.is === 'kept'");
    page.untilText(
        "#outage-text",
        "No connection. 25 actions are kept here, to be sent again. You can go on.");
    assertThat(violations(page)).isEmpty();
    page.screenshot(PICTURES.resolve("killed.png"));
    demo = DemoProcess.launch(folder, port);
    demo.port();
    page.untilText(
        "#outage-text", "Your 25 actions are safe on disk: each applied once, none lost.");
    page.untilText("#count", "61");
    assertThat(violations(page)).isEmpty();
    page.screenshot(README);
    page.size(390, 844, true);
    page.screenshot(PICTURES.resolve("safe-phone.png"));
    page.click("#outage-button");
    page.until("document.querySelector('#outage').hidden");
    page.close();
  }

  @Test
  @DisplayName("everything can be done with the keyboard alone")
  void needsNoMouse() {
    BrowserPage page = open();
    focus(page, "#counter [data-by='1']");
    page.space();
    page.untilText("#count", "1");
    focus(page, "#login [name=name]");
    page.enter(":focus", "Ada");
    page.untilText("#who", "Ada");
    page.until("document.activeElement === document.querySelector('#add [name=title]')");
    page.close();
  }

  /** Goes on with the tabulator, until an element has the focus and shows it. */
  private static void focus(BrowserPage page, String selector) {
    for (int i = 0; i < 30; i++) {
      page.tab();
      if (page.look("document.activeElement.matches('%s')".formatted(selector.replace("'", "\"")))
          .asBoolean()) {
        assertThat(page.look("getComputedStyle(document.activeElement).outlineStyle").asString())
            .isEqualTo("solid");
        return;
      }
    }
    throw new AssertionError("the tabulator does not lead to " + selector);
  }

  /** What axe finds, one line each. */
  private static List<String> violations(BrowserPage page) throws Exception {
    page.look(Files.readString(Node.packaged("axe-core/axe.min.js")) + "; undefined");
    JsonNode found = page.look("axe.run().then((result) => result.violations)");
    return found
        .valueStream()
        .map(
            v ->
                v.get("id").asString()
                    + ": "
                    + v.get("nodes").get(0).get("html").asString()
                    + " "
                    + v.get("nodes").get(0).get("failureSummary").asString())
        .toList();
  }
}
