package dev.holdfast.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.KeyStrategy;
import dev.holdfast.StateModule;
import dev.holdfast.server.HoldfastServer;
import dev.holdfast.sqlite.SqliteStateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page whose session is in a cookie, in a real Chromium, against a real server. */
final class CookiePageTest {

  record Count(int count) {}

  private static final String PLUS = "#plus";

  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <title>A counter</title>
      <button id="plus">+1</button>
      <output id="count"></output>
      <output id="status"></output>
      <script type="module" src="page.js"></script>
      """;

  private static final String SCRIPT =
      """
      import { connect } from "/holdfast.js";

      const app = connect("/ws", { session: "cookie", modules: ["Counter"] });
      const counter = app.module("Counter");
      const show = (id, text) => (document.querySelector(id).textContent = text);
      counter.subscribe((state) => show("#count", state.count));
      app.onStatus((status) => show("#status", status));
      document.querySelector("#plus").onclick = () => counter.dispatch("increment");
      """;

  @TempDir Path folder;

  @TempDir Path site;

  private final StateModule<Count> counter =
      StateModule.define("Counter", new Count(0))
          .persist(KeyStrategy.session())
          .reduce("increment", c -> new Count(c.count() + 1))
          .build();

  private Holdfast open() {
    return Holdfast.open(SqliteStateStore.open(folder.resolve("app.db")), counter);
  }

  private HoldfastServer serve(Holdfast app, int port) {
    return HoldfastServer.builder(app).port(port).sessionCookies(true).staticFiles(site).start();
  }

  private static void counts(BrowserPage page, int count) {
    page.untilText("#status", "live");
    page.untilText("#count", "" + count);
  }

  @Test
  @DisplayName(
      "N1: a session in a cookie is every window's of that browser and nobody else's, outlives"
          + " reload and restart, and no script can read it")
  void aSessionInACookie(@TempDir Path browser) throws IOException {
    Files.writeString(site.resolve("index.html"), PAGE);
    Files.writeString(site.resolve("page.js"), SCRIPT);
    Holdfast app = open();
    HoldfastServer server = serve(app, 0);
    int port = server.port();
    String url = "http://localhost:%d/".formatted(port);
    try (Chromium chromium = Chromium.start(browser)) {
      Chromium.Profile profile = chromium.profile();
      BrowserPage page = profile.open(url);
      counts(page, 0);
      page.click(PLUS);
      counts(page, 1);
      BrowserPage second = profile.open(url);
      counts(second, 1);
      second.click(PLUS);
      counts(second, 2);
      counts(page, 2);
      assertThat(page.look("document.cookie").asString()).isEmpty();
      assertThat(page.look("JSON.stringify(sessionStorage)").asString())
          .doesNotContain("\"token\":\"");
      counts(chromium.profile().open(url), 0);

      server.close();
      app.close();
      page.untilText("#status", "offline");
      page.click(PLUS);
      app = open();
      server = serve(app, port);
      counts(page, 3);
      counts(second, 3);
      page.reload();
      counts(page, 3);
      assertThat(page.faults()).isEmpty();
    } finally {
      server.close();
      app.close();
    }
  }
}
