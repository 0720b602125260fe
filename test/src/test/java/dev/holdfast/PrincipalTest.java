package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Who a session's client is, what the program notes of it, and what the client says (law K7). */
class PrincipalTest {

  record Door(String lastIn) {}

  private final StateModule<Door> door =
      StateModule.define("Door", new Door(""))
          .persist(KeyStrategy.session())
          .onAction(
              "login",
              String.class,
              (ctx, name) -> {
                ctx.session().orElseThrow().authenticate(name);
                ctx.session().orElseThrow().setAttribute("role", "guest");
                ctx.update(d -> new Door(ctx.session().orElseThrow().principal().orElse("")));
              })
          .build();

  private final StateModule<Door> office =
      StateModule.define("Office", new Door(""))
          .persist(KeyStrategy.byId())
          .admit((session, id) -> session.principal().filter(id::equals).isPresent())
          .reduce("enter", String.class, (d, name) -> new Door(name))
          .build();

  private final Lab lab = Lab.inline(door, office);

  @Test
  @DisplayName(
      "a handler authenticates its session, and that is durable when the action is"
          + " acknowledged")
  void aHandlerAuthenticates() {
    try (lab) {
      SessionConnection first = lab.app.sessions().connect(null);
      assertThat(first.session().principal()).isEmpty();
      assertThat(first.session().ref(door).dispatch("login", "ada").lastIn()).isEqualTo("ada");
      lab.app = lab.open(); // The first runtime is left as it is: it has crashed.
      Session back = lab.app.sessions().connect(first.token()).session();
      assertThat(back.principal()).contains("ada");
      assertThat(back.attributes()).containsExactly(Map.entry("role", "guest"));
      assertThat(back.view())
          .isEqualTo(new SessionView(back.id(), back.principal(), Map.of("role", "guest")));
    }
  }

  @Test
  @DisplayName("K7: admit asks the principal, as it is at that moment")
  void admitAsksThePrincipal() {
    try (lab) {
      Session session = lab.app.sessions().connect(null).session();
      assertThatThrownBy(() -> session.ref(office, "ada")).isInstanceOf(NotAdmittedException.class);
      session.authenticate("ada");
      assertThat(session.ref(office, "ada").dispatch("enter", "ada").lastIn()).isEqualTo("ada");
      assertThatThrownBy(() -> session.ref(office, "bob")).isInstanceOf(NotAdmittedException.class);
      session.authenticate(null);
      assertThatThrownBy(() -> session.ref(office, "ada")).isInstanceOf(NotAdmittedException.class);
    }
  }

  @Test
  @DisplayName("N1: a verified visitor does not get the session of somebody else")
  void nobodyGetsTheSessionOfSomebodyElse() {
    try (lab) {
      SessionConnection ada = lab.app.sessions().connect(null, new Visitor("ada", Map.of()));
      assertThat(ada.session().principal()).contains("ada");
      SessionConnection bob = lab.app.sessions().connect(ada.token(), new Visitor("bob", Map.of()));
      assertThat(bob.isNew()).isTrue();
      assertThat(bob.session().principal()).contains("bob");
      assertThat(lab.app.sessions().resume(ada.token(), new Visitor("bob", Map.of()))).isEmpty();
      assertThat(lab.app.sessions().connect(ada.token()).isNew()).isFalse();
    }
  }

  @Test
  @DisplayName("attributes survive restarts, and go when they are taken away")
  void attributesSurviveRestarts() {
    try (lab) {
      SessionConnection first = lab.app.sessions().connect(null);
      first.session().setAttribute("role", "admin");
      first.session().setAttribute("team", "red");
      first.session().removeAttribute("role");
      first.close();
      lab.restart();
      assertThat(lab.app.sessions().connect(first.token()).session().attributes())
          .containsExactly(Map.entry("team", "red"));
    }
  }

  @Test
  @DisplayName("a session that the program names has principal and attributes, too")
  void namedSessionsHaveThem() {
    try (lab) {
      lab.app.session("bot").authenticate("robot");
      lab.app.session("bot").setAttribute("role", "machine");
      lab.restart();
      assertThat(lab.app.session("bot").view())
          .extracting(SessionView::principal, SessionView::attributes)
          .containsExactly(Optional.of("robot"), Map.of("role", "machine"));
    }
  }

  @Test
  @DisplayName("what is noted again as it is writes nothing")
  void noChangeWritesNothing() {
    try (lab) {
      SessionConnection first = lab.app.sessions().connect(null);
      first.session().authenticate("ada");
      first.session().setAttribute("role", "guest");
      int before = lab.store.writes().size();
      first.session().authenticate("ada");
      first.session().setAttribute("role", "guest");
      first.session().removeAttribute("none");
      assertThat(lab.store.writes()).hasSize(before);
    }
  }

  @Test
  @DisplayName("what a client says of itself is not kept over a restart, and is bounded")
  void propsAreTheClientsWords() {
    try (lab) {
      Visitor client = new Visitor(null, Map.of("lang", "de"));
      SessionConnection first = lab.app.sessions().connect(null, client);
      assertThat(first.session().untrustedProps()).containsExactly(Map.entry("lang", "de"));
      first.close();
      lab.restart();
      SessionConnection silent = lab.app.sessions().connect(first.token());
      assertThat(silent.session().untrustedProps()).isEmpty();
      lab.app.sessions().connect(first.token(), client);
      assertThat(silent.session().untrustedProps()).containsExactly(Map.entry("lang", "de"));
      assertThatThrownBy(() -> new Visitor(null, Map.of("x", "y".repeat(8_192))))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  @DisplayName("principals and attributes have bounds, named when they are passed")
  void boundsAreNamed() {
    try (lab) {
      Session session = lab.app.sessions().connect(null).session();
      assertThatThrownBy(() -> session.authenticate(" "))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> session.authenticate("x".repeat(257)))
          .hasMessageContaining("256")
          .hasMessageContaining("257");
      assertThatThrownBy(() -> session.setAttribute("a b", "x")).hasMessageContaining("a b");
      assertThatThrownBy(() -> session.setAttribute("a", "x".repeat(1_025)))
          .hasMessageContaining("1024")
          .hasMessageContaining("1025");
      IntStream.range(0, 32).forEach(i -> session.setAttribute("a" + i, "x"));
      assertThatThrownBy(() -> session.setAttribute("more", "x"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("32");
      assertThat(session.attributes()).hasSize(32).doesNotContainKey("more");
    }
  }
}
