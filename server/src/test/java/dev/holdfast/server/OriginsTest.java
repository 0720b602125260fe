package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OriginsTest {

  private final Origins sameOnly = new Origins(List.of());

  @ParameterizedTest
  @CsvSource({
    "http://localhost:8080, localhost:8080",
    "http://LOCALHOST:8080, localhost:8080",
    "http://example.com, example.com",
    "http://example.com:80, example.com",
    "https://example.com, example.com:443",
    "http://[::1]:8080, [::1]:8080",
    "http://[::1], [::1]:80",
    "http://localhost:8080, LocalHost:8080",
    "HTTPS://example.com:443, example.com",
    "http://my_host:8080, my_host:8080",
  })
  void pagesOfTheServerItselfAreAdmitted(String origin, String host) {
    assertThat(sameOnly.admits(origin, host)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "http://evil.example, localhost:8080",
    "http://localhost:9090, localhost:8080",
    "http://localhost, localhost:8080",
    "http://localhost:8080.evil.example, localhost:8080",
    "http://localhost:8080@evil.example, localhost:8080",
    "null, localhost:8080",
    "%%%, localhost:8080",
    "http://localhost:8080/, localhost:8080",
    "http://x@localhost:8080, localhost:8080",
    "http://localhost:8080#, localhost:8080",
    "https://localhost, localhost:80",
    "http://localhost:8080 http://evil.example, localhost:8080",
    "http://[::1]:8080, [::2]:8080",
    "file://, localhost:8080",
    "http://null,",
  })
  void pagesOfOthersAreNot(String origin, String host) {
    assertThat(sameOnly.admits(origin, host)).isFalse();
  }

  @Test
  void programsAreAdmitted() {
    assertThat(sameOnly.admits(null, "localhost:8080")).isTrue();
  }

  @Test
  void anAllowedOriginMayNameItsSchemesOwnPort() {
    Origins some = new Origins(List.of("https://app.example:443"));
    assertThat(some.admits("https://app.example", "api.example")).isTrue();
    assertThat(some.admits("https://app.example:8443", "api.example")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "app.example", "https://app.example/", "https://*.example/x"})
  void anOriginThatNoPageHasCannotBeAllowed(String origin) {
    assertThatThrownBy(() -> sameOnly.and(List.of(origin)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("got \"%s\"".formatted(origin));
  }

  @Test
  void originsCanBeAllowed() {
    Origins some = new Origins(List.of("https://app.example"));
    assertThat(some.admits("https://APP.example", "api.example")).isTrue();
    assertThat(some.admits("http://app.example", "api.example")).isFalse();
    assertThat(new Origins(List.of("*")).admits("http://evil.example", "api.example")).isTrue();
  }
}
