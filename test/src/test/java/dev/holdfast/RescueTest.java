package dev.holdfast;

import static dev.holdfast.Rig.answer;
import static dev.holdfast.Rig.boxes;
import static dev.holdfast.Rig.key;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.Rig.Box;
import dev.holdfast.save.SavePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What could not be saved at the end is there at the next start: law S6, hazard 27. */
class RescueTest {

  private static final SavePolicy BEHIND = SavePolicy.writeBehind(ofMillis(50), ofMillis(500));

  @TempDir Path dir;

  @AutoClose private final Rig rig = new Rig();
  private final StateModule<Box> committed = boxes(SavePolicy.committed());
  private final StateModule<Box> behind = boxes(BEHIND);

  private Path file() {
    return dir.resolve("app.rescue");
  }

  private Path aside() {
    return dir.resolve("app.rescue.aside");
  }

  private Holdfast open(StateModule<Box> module) {
    return rig.open(rig.here().modules(module).rescueFile(file()));
  }

  /** A runtime that closes while the store takes nothing. */
  private UnsavedChangesException leaves(Consumer<StateRef<Box>> actions, String... ids) {
    Holdfast app = open(behind);
    for (String id : ids) {
      actions.accept(app.ref(behind, id));
    }
    rig.store.writing().fail();
    UnsavedChangesException error = catchThrowableOfType(UnsavedChangesException.class, app::close);
    rig.store.writing().recover();
    return error;
  }

  private void stores(String id, int count) {
    try (Holdfast other =
        Holdfast.builder(rig.shared)
            .modules(committed)
            .clock(rig.clock)
            .executor(Runnable::run)
            .open()) {
      other.ref(committed, id).dispatch("add", new Rig.Add(count));
    }
  }

  @Test
  @DisplayName(
      "H27 S6 what is unsaved at the end is in a file of the owner's, and then in the store")
  void theNextStartHasIt() throws IOException {
    stores("a", 40);
    UnsavedChangesException error = leaves(box -> box.dispatch("increment"), "a", "b\ud800 ü\n");
    assertThat(error.keys()).hasSize(2);
    assertThat(error.rescueFile()).contains(file());
    assertThat(error).hasMessageContaining(file().toString());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(rig.stored("a")).isEqualTo(40);
    Holdfast next = open(committed);
    assertThat(next.ref(committed, "a").state().count()).isEqualTo(41);
    assertThat(next.ref(committed, "b\ud800 ü\n").state().count()).isEqualTo(1);
    assertThat(dir).isEmptyDirectory();
    assertThat(rig.stored("a")).isEqualTo(41);
  }

  @Test
  @DisplayName("S5 S6 what is rescued and not offered yet at a close is left to the next start")
  void aClosedRuntimeOffersNoMore() throws InterruptedException {
    leaves(box -> box.dispatch("increment"), "a", "b");
    List<Thread> threads = new CopyOnWriteArrayList<>();
    rig.store.writing().hang();
    Holdfast closing =
        rig.open(
            rig.threads()
                .executor(task -> threads.add(Thread.ofPlatform().daemon().start(task)))
                .modules(behind)
                .rescueFile(file()));
    rig.store.writing().awaitHung();
    closing.close();
    rig.store.writing().release();
    for (Thread thread : threads) {
      assertThat(thread.join(ofSeconds(10))).isTrue();
    }
    assertThat(Stream.of("a", "b").filter(rig::hasRecord)).hasSize(1);
    open(behind);
    assertThat(Stream.of("a", "b")).allMatch(id -> rig.stored(id) == 1);
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  @DisplayName("S6 a rescued record does not go over a newer one, and is kept aside")
  void aNewerRecordStays() throws IOException {
    stores("a", 1);
    leaves(box -> box.dispatch("increment"), "a", "b");
    stores("a", 10);
    Holdfast next = open(committed);
    assertThat(next.ref(committed, "a").state().count()).isEqualTo(11);
    assertThat(next.ref(committed, "b").state().count()).isEqualTo(1);
    assertThat(file()).doesNotExist();
    assertThat(Files.readString(aside())).contains("\"id\":\"a\"").doesNotContain("\"id\":\"b\"");
    assertThat(rig.news.heard).contains("aside a");
  }

  @Test
  @DisplayName("S5 S6 a rescued record of a key that was erased since does not come back")
  void anErasedKeyStaysErased() {
    stores("a", 1);
    leaves(box -> box.dispatch("increment"), "a", "new");
    try (Holdfast other =
        Holdfast.builder(rig.shared)
            .modules(committed)
            .clock(rig.clock)
            .executor(Runnable::run)
            .open()) {
      other.erase(key("a"));
      other.erase(key("new"));
    }
    Holdfast next = open(committed);
    assertThat(next.ref(committed, "a").state().count()).isZero();
    assertThat(rig.hasRecord("a")).isFalse();
    assertThat(rig.hasRecord("new")).isFalse();
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  @DisplayName("S5 S6 an erase that could not be saved is carried out at the next start")
  void anEraseIsRescuedToo() {
    stores("a", 1);
    Holdfast app = open(behind);
    assertThat(app.ref(behind, "a").state().count()).isEqualTo(1);
    rig.store.writing().fail();
    var erasing = CompletableFuture.runAsync(() -> app.erase(key("a")), Thread::startVirtualThread);
    Rig.until(() -> app.ref(behind, "a").latest().count() == 0);
    assertThatThrownBy(app::close).isInstanceOf(UnsavedChangesException.class);
    rig.store.writing().recover();
    rig.clock.advance(ofSeconds(31));
    assertThatThrownBy(() -> Rig.answer(erasing)).isInstanceOf(OutcomeUnknownException.class);
    Holdfast next = open(committed);
    assertThat(next.ref(committed, "a").state().count()).isZero();
    assertThat(rig.hasRecord("a")).isFalse();
  }

  @Test
  @DisplayName("S5 S6 what was acknowledged after an erase is rescued with it, as another life")
  void whatFollowsAnEraseIsRescuedToo() {
    stores("a", 1);
    long before = rig.shared.load(key("a")).orElseThrow().revision().incarnation();
    Holdfast app = open(behind);
    assertThat(app.ref(behind, "a").state().count()).isEqualTo(1);
    rig.store.writing().fail();
    var erasing = CompletableFuture.runAsync(() -> app.erase(key("a")), Thread::startVirtualThread);
    Rig.until(() -> app.ref(behind, "a").latest().count() == 0);
    app.ref(behind, "a").dispatch("add", new Rig.Add(5));
    assertThatThrownBy(app::close).isInstanceOf(UnsavedChangesException.class);
    rig.store.writing().recover();
    rig.clock.advance(ofSeconds(31));
    assertThatThrownBy(() -> Rig.answer(erasing)).isInstanceOf(OutcomeUnknownException.class);
    Holdfast next = open(committed);
    assertThat(next.ref(committed, "a").state().count()).isEqualTo(5);
    assertThat(rig.shared.load(key("a")).orElseThrow().revision().incarnation())
        .isNotEqualTo(before);
  }

  @Test
  @DisplayName("S5 S6 what follows an erase does not go on from a record that had landed unheard")
  void whatFollowsAnEraseIsAnotherLife() throws IOException {
    Holdfast app = open(behind);
    app.ref(behind, "a").dispatch("increment");
    rig.store.loseNextReplies(1);
    rig.clock.advance(ofMillis(50)); // It lands, and nobody hears of it.
    rig.store.writing().fail();
    var erasing = CompletableFuture.runAsync(() -> app.erase(key("a")), Thread::startVirtualThread);
    Rig.until(() -> app.ref(behind, "a").latest().count() == 0);
    app.ref(behind, "a").dispatch("add", new Rig.Add(5));
    assertThatThrownBy(app::close).isInstanceOf(UnsavedChangesException.class);
    rig.store.writing().recover();
    rig.clock.advance(ofSeconds(31));
    assertThatThrownBy(() -> Rig.answer(erasing)).isInstanceOf(OutcomeUnknownException.class);
    assertThat(open(committed).ref(committed, "a").state().count()).isEqualTo(1);
    assertThat(Files.readString(aside())).contains("\"id\":\"a\"");
  }

  @Test
  @DisplayName("E1 S6 the end of a record that is due is not rescued: somebody else may have it")
  void anExpiryIsNotRescued() {
    StateModule<Box> expiring =
        Rig.boxes().persist(KeyStrategy.byId(), p -> p.expireAfter(ofHours(1))).build();
    Holdfast app =
        rig.open(rig.here().modules(expiring).rescueFile(file()).passivateAfter(ofDays(1)));
    app.ref(expiring, "a").dispatch("increment");
    rig.store.writing().fail();
    rig.clock.advance(ofMinutes(70));
    try (Holdfast other =
        Holdfast.builder(rig.shared)
            .modules(expiring)
            .clock(rig.clock)
            .executor(Runnable::run)
            .open()) {
      assertThat(other.ref(expiring, "a").dispatch("add", new Rig.Add(10)).count()).isEqualTo(10);
    }
    app.close();
    rig.store.writing().recover();
    assertThat(open(expiring).ref(expiring, "a").state().count()).isEqualTo(10);
  }

  @Test
  @DisplayName("S4 S6 a rescued record whose write had landed unheard is known by its mark")
  void aRecordThatHadLandedIsKnown() {
    Holdfast app = open(behind);
    app.ref(behind, "a").dispatch("increment");
    rig.store.loseNextReplies(1);
    rig.clock.advance(ofMillis(50)); // It lands, and nobody hears of it.
    app.ref(behind, "a").dispatch("increment");
    rig.store.writing().fail();
    assertThatThrownBy(app::close).isInstanceOf(UnsavedChangesException.class);
    rig.store.writing().recover();
    assertThat(rig.stored("a")).isEqualTo(1);
    Holdfast next = open(committed);
    assertThat(next.ref(committed, "a").state().count()).isEqualTo(2);
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  @DisplayName("S6 a crash after the offer and before the file is gone repeats it without effect")
  void offeringTwiceIsOfferingOnce() throws IOException {
    leaves(box -> box.dispatch("increment"), "a");
    byte[] before = Files.readAllBytes(file());
    open(committed).close();
    Files.write(file(), before);
    Holdfast next = open(committed);
    assertThat(next.ref(committed, "a").state().count()).isEqualTo(1);
    assertThat(dir).isEmptyDirectory();
    assertThat(rig.news.heard).doesNotContain("aside a");
  }

  @Test
  @DisplayName("S6 a damaged file is kept, and what can be read of it is offered")
  void aDamagedFileIsKept() throws IOException {
    leaves(box -> box.dispatch("increment"), "a", "b", "c");
    String whole = Files.readString(file());
    List<String> lines = whole.lines().toList();
    assertThat(lines).hasSize(4);
    String damaged = idOf(lines.get(1));
    String cut =
        whole
            .substring(0, whole.length() - 20)
            .replace("\"id\":\"" + damaged + "\"", "\"id\":\"x\"");
    Files.writeString(file(), cut);
    Holdfast next = open(committed);
    assertThat(next.ref(committed, damaged).state().count()).isZero();
    assertThat(next.ref(committed, "x").state().count()).isZero();
    assertThat(next.ref(committed, idOf(lines.get(2))).state().count()).isEqualTo(1);
    assertThat(Files.readString(dir.resolve("app.rescue.damaged"))).isEqualTo(cut);
    assertThat(file()).doesNotExist();
  }

  /** The records stand in the order in which they were last tried. */
  private static String idOf(String line) {
    return line.replaceAll(".*\"id\":\"(.)\".*", "$1");
  }

  @Test
  @DisplayName(
      "E2 an erase takes a key out of damaged rescue files, also from lines beyond reading")
  void anEraseClearsDamagedFiles() throws IOException {
    leaves(box -> box.dispatch("increment"), "a", "b", "c");
    String whole = Files.readString(file());
    Files.writeString(file(), whole.substring(0, whole.length() - 20));
    Holdfast next = open(committed);
    Path damaged = dir.resolve("app.rescue.damaged");
    assertThat(Files.readString(damaged)).contains("\"id\":\"a\"", "\"id\":\"b\"", "\"id\":\"c\"");
    next.erase(key("c"));
    next.erase(key("a"));
    assertThat(Files.readString(damaged))
        .contains("\"id\":\"b\"")
        .doesNotContain("\"id\":\"a\"", "\"id\":\"c\"");
    assertThat(Files.getPosixFilePermissions(damaged))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    next.close();
    assertThat(open(committed).ref(committed, "b").state().count()).isEqualTo(1);
  }

  @Test
  @DisplayName("S6 R2 nothing of a key is shown before its rescued record has been offered")
  void aKeyIsNotLoadedBefore() {
    stores("a", 40);
    leaves(box -> box.dispatch("increment"), "a");
    rig.store.writing().fail();
    Holdfast next = open(committed);
    var box = next.ref(committed, "a");
    assertThatThrownBy(box::state).isInstanceOf(LoadException.class);
    assertThat(next.ref(committed, "other").state().count()).isZero();
    assertThat(file()).exists();
    rig.store.writing().recover();
    assertThat(box.state().count()).isEqualTo(41);
    assertThat(box.dispatch("increment").count()).isEqualTo(42);
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  @DisplayName("S6 what was never offered stays in the file, with what a later runtime adds")
  void runtimesAddToTheFile() {
    leaves(box -> box.dispatch("increment"), "a");
    rig.store.writing().fail();
    Holdfast second = open(behind);
    second.ref(behind, "b").dispatch("increment");
    assertThatThrownBy(second::close).isInstanceOf(UnsavedChangesException.class);
    rig.store.writing().recover();
    Holdfast third = open(committed);
    assertThat(third.ref(committed, "a").state().count()).isEqualTo(1);
    assertThat(third.ref(committed, "b").state().count()).isEqualTo(1);
  }

  @Test
  @DisplayName("E2 an erase covers what is rescued and what is kept aside")
  void anEraseCoversRescuedCopies() throws IOException {
    stores("a", 1);
    leaves(box -> box.dispatch("increment"), "a", "b");
    stores("a", 10);
    Holdfast next = open(committed);
    assertThat(Files.readString(aside())).contains("\"id\":\"a\"");
    next.erase(key("a"));
    assertThat(aside()).doesNotExist();
    assertThat(next.ref(committed, "b").state().count()).isEqualTo(1);
  }

  @Test
  @DisplayName("S6 without a place for a file the keys are named, and that they are lost")
  void withoutAFileTheyAreLost() {
    Holdfast app = rig.inline(behind);
    app.ref(behind, "a").dispatch("increment");
    rig.store.writing().fail();
    assertThatThrownBy(app::close)
        .isInstanceOfSatisfying(
            UnsavedChangesException.class,
            e -> {
              assertThat(e.keys()).containsExactly(key("a"));
              assertThat(e.rescueFile()).isEmpty();
            })
        .hasMessageContaining("lost");
  }

  @Test
  @DisplayName("S6 S7 a state that is too large to be saved is rescued all the same")
  void aStateThatIsTooLargeIsRescued() {
    Holdfast app = rig.open(rig.here().modules(behind).rescueFile(file()).maxRecordBytes(1_024));
    app.ref(behind, "a").dispatch("write", "x".repeat(5_000));
    assertThatThrownBy(app::close).isInstanceOf(UnsavedChangesException.class);
    assertThat(rig.hasRecord("a")).isFalse();
    Holdfast next = open(committed);
    assertThat(next.ref(committed, "a").state().text()).hasSize(5_000);
  }

  @Test
  @DisplayName("S6 with threads, too, and a commit that hangs for ever")
  void aHangingCommitIsRescued() {
    Holdfast app = rig.open(rig.threads().modules(committed).rescueFile(file()));
    rig.store.writing().hang();
    var hung = app.ref(committed, "a").dispatchAsync("increment");
    rig.store.writing().awaitHung();
    var late = app.ref(committed, "a").dispatchAsync("increment");
    Rig.until(() -> app.ref(committed, "a").latest().count() == 2);
    assertThatThrownBy(app::close)
        .isInstanceOfSatisfying(
            UnsavedChangesException.class, e -> assertThat(e.rescueFile()).contains(file()));
    assertThatThrownBy(() -> answer(hung)).isInstanceOf(OutcomeUnknownException.class);
    assertThatThrownBy(() -> answer(late)).isInstanceOf(OutcomeUnknownException.class);
    rig.store.writing().release(); // Now it lands after all.
    Rig.until(() -> rig.hasRecord("a"));
    Holdfast next = rig.open(rig.threads().modules(committed).rescueFile(file()));
    assertThat(next.ref(committed, "a").state().count()).isEqualTo(2);
    Rig.until(() -> !Files.exists(file()));
  }
}
