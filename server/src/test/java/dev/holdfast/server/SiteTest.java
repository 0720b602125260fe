package dev.holdfast.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SiteTest {

  @TempDir Path dir;
  private Site site = site(StaticFiles.none());

  @BeforeEach
  void files() throws IOException {
    Path web = Files.createDirectories(dir.resolve("web"));
    Files.createDirectories(web.resolve("sub"));
    Files.writeString(web.resolve("index.html"), "<h1>hello</h1>");
    Files.writeString(web.resolve("sub/app.js"), "export {};");
    Files.createDirectories(web.resolve("js"));
    Files.writeString(web.resolve(".secret.txt"), "hidden");
    Files.writeString(web.resolve("notes.bak"), "hidden");
    Files.writeString(dir.resolve("outside.txt"), "hidden");
    Files.createSymbolicLink(web.resolve("link.txt"), dir.resolve("outside.txt"));
    site = site(StaticFiles.in(web));
  }

  @Test
  void theRootIsTheIndex() {
    Reply reply = get("/?query");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.contentType()).isEqualTo("text/html; charset=utf-8");
    assertThat(new String(reply.body(), UTF_8)).isEqualTo("<h1>hello</h1>");
  }

  @Test
  void filesInFoldersHaveTheirType() {
    assertThat(get("/sub/app.js").contentType()).isEqualTo("text/javascript; charset=utf-8");
    assertThat(get("/sub/%61pp.js").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../outside.txt",
        "/%2e%2e/outside.txt",
        "/..%2foutside.txt",
        "/sub/..%2f..%2foutside.txt",
        "/sub/../../outside.txt",
        "/..\\outside.txt",
        "/..%5coutside.txt",
        "/%2e%2e%2foutside.txt",
        "/%252e%252e/outside.txt",
        "//outside.txt",
        "/outside.txt%00.html",
        "/link.txt",
        "/.secret.txt",
        "/notes.bak",
        "/sub",
        "/sub/",
        "/js",
        "/b%C3%A4r.html",
        "/none.html"
      })
  void nothingElseIsServed(String target) {
    assertThat(get(target).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%zz.html", "/%2", "/%ff.html", "http://elsewhere/"})
  void malformedPathsAreRefused(String target) {
    assertThat(get(target).status()).isEqualTo(400);
  }

  @Test
  void anUnchangedFileIsNotSentAgain() {
    String tag = get("/").headers().get("ETag");
    Reply again = site.answer("GET", "/", tag);
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(site.answer("GET", "/", "\"other\"").status()).isEqualTo(200);
  }

  @Test
  void resourcesAreServedToo() {
    Site resources = site(StaticFiles.resources("testweb", SiteTest.class.getClassLoader()));
    assertThat(resources.answer("GET", "/", null).status()).isEqualTo(200);
    assertThat(resources.answer("GET", "/absent.html", null).status()).isEqualTo(404);
  }

  @Test
  void otherMethodsAreRefused() {
    Reply reply = site.answer("POST", "/", null);
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.headers()).containsEntry("Allow", "GET, HEAD");
  }

  @Test
  void healthIsTheStores() {
    assertThat(get("/health").status()).isEqualTo(200);
    Site ill = new Site(StaticFiles.none(), () -> false, () -> "{}");
    assertThat(ill.answer("GET", "/health", null).status()).isEqualTo(503);
  }

  private Reply get(String target) {
    return site.answer("GET", target, null);
  }

  private static Site site(StaticFiles files) {
    return new Site(files, () -> true, () -> "{}");
  }
}
