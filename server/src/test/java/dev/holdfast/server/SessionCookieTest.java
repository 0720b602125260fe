package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class SessionCookieTest {

  private final SessionCookie plain = new SessionCookie(false);
  private final SessionCookie secure = new SessionCookie(true);

  @Test
  @DisplayName("N1: scripts and other sites cannot use the cookie")
  void scriptsAndOtherSitesCannotUseIt() {
    assertThat(plain.setting("id.secret"))
        .isEqualTo("holdfast=id.secret; Path=/; HttpOnly; SameSite=Lax");
  }

  @Test
  void overTlsItIsHeldToItsHost() {
    assertThat(secure.setting("t"))
        .isEqualTo("__Host-holdfast=t; Path=/; HttpOnly; SameSite=Lax; Secure");
    assertThat(secure.tokenIn("holdfast=planted; __Host-holdfast=t")).isEqualTo("t");
  }

  @Test
  void theTokenIsFoundAmongOtherCookies() {
    assertThat(plain.tokenIn("theme=dark; holdfast=id.secret;x=y")).isEqualTo("id.secret");
    assertThat(plain.tokenIn("holdfast=first; holdfast=second")).isEqualTo("first");
  }

  @Test
  void noTokenIsNull() {
    assertThat(plain.tokenIn(null)).isNull();
    assertThat(plain.tokenIn("")).isNull();
    assertThat(plain.tokenIn(";;=; holdfast; holdfast=; xholdfast=1")).isNull();
  }
}
