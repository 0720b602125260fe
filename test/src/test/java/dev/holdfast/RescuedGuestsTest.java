package dev.holdfast;

import static dev.holdfast.Todos.guestKey;
import static dev.holdfast.Todos.keyOf;
import static dev.holdfast.Todos.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.StateKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log-in that could not be stored before the end, and the guest's record that goes with it. */
class RescuedGuestsTest {

  @TempDir Path dir;

  @AutoClose private final Rig rig = new Rig();
  private final StateModule<Todos> joining = Todos.guests(p -> p.onAdopt(Todos::joined)).build();

  private Path file() {
    return dir.resolve("app.rescue");
  }

  private Holdfast open() {
    return rig.open(rig.here().modules(joining).rescueFile(file()));
  }

  private StateRef<Todos> guest(Holdfast app) {
    return app.session("s").ref(joining);
  }

  private boolean has(StateKey key, String item) {
    return rig.shared
        .load(key)
        .filter(record -> !record.isTombstone() && record.text().contains(item))
        .isPresent();
  }

  /** A guest's log-in is run, and not stored before the runtime is closed. */
  private void leavesALogIn() {
    Holdfast app = open();
    guest(app).dispatch("add", "cart 1");
    rig.store.writing().fail(keyOf("alice"));
    assertThat(guest(app).dispatchAsync("login", user("alice"))).isNotDone();
    assertThatThrownBy(app::close).isInstanceOf(UnsavedChangesException.class);
    rig.store.writing().recover();
    assertThat(has(guestKey("s"), "cart 1")).isTrue();
  }

  @Test
  @DisplayName("S6 K2 a rescued log-in takes the guest's record along, whichever is loaded first")
  void aRescuedAdoptionEndsTheGuestsRecord() {
    leavesALogIn();

    Holdfast next = open();

    assertThat(guest(next).state().items()).isEmpty();
    assertThat(has(guestKey("s"), "cart")).isFalse();
    assertThat(next.ref(joining, "alice").state().items()).containsExactly("cart 1");
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  @DisplayName("S6 R2 a guest is not shown before the log-in that has taken it along is stored")
  void aGuestIsNotLoadedBeforeItsLogIn() {
    leavesALogIn();
    rig.store.writing().fail();
    Holdfast next = open();
    assertThatThrownBy(() -> guest(next).state()).isInstanceOf(LoadException.class);
    rig.store.writing().recover();
    assertThat(guest(next).state().items()).isEmpty();
    assertThat(next.ref(joining, "alice").state().items()).containsExactly("cart 1");
  }

  @Test
  @DisplayName("S6 K2 a guest who has gone on since a log-in that is rescued loses nothing")
  void aGuestWhoHasGoneOnStays() {
    leavesALogIn();
    try (Holdfast other =
        Holdfast.builder(rig.shared)
            .modules(joining)
            .clock(rig.clock)
            .executor(Runnable::run)
            .open()) {
      guest(other).dispatch("add", "cart 2");
    }

    Holdfast next = open();

    assertThat(next.ref(joining, "alice").state().items()).containsExactly("cart 1");
    assertThat(guest(next).state().items()).containsExactly("cart 1", "cart 2");
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  @DisplayName("S6 K2 a crash after the offer repeats it, and ends no later record of the guest's")
  void offeringTwiceEndsNothingLater() throws IOException {
    leavesALogIn();
    byte[] before = Files.readAllBytes(file());
    Holdfast once = open();
    guest(once).dispatch("add", "cart 2");
    once.close();
    Files.write(file(), before);

    Holdfast next = open();

    assertThat(guest(next).state().items()).containsExactly("cart 2");
    assertThat(next.ref(joining, "alice").state().items()).containsExactly("cart 1");
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  @DisplayName("E2 S6 the erase of a guest takes its end out of the file, and the log-in is stored")
  void anErasedGuestHasNoEnd() throws IOException {
    leavesALogIn();
    rig.store.writing().fail(keyOf("alice"));
    Holdfast next = open();
    assertThat(Files.readString(file())).contains("\"ends\"");
    next.erase(guestKey("s"));
    assertThat(Files.readString(file())).doesNotContain("\"ends\"").contains("alice");
    rig.store.writing().recover();
    assertThat(next.ref(joining, "alice").state().items()).containsExactly("cart 1");
  }
}
