package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.LoadException;
import dev.holdfast.UnsavedChangesException;
import dev.holdfast.local.Desk.Settings;
import dev.holdfast.local.Desk.User;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateStoreException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hazards of the plugin form that a synchronous storage shows. */
class LocalHazardsTest {

  private final Desk desk = new Desk();
  private final TestStorage storage = new TestStorage();
  @TempDir Path dir;

  @AfterEach
  void end() {
    storage.writeFault = null;
    desk.close();
  }

  @Test
  @DisplayName("hazard 55: what a path leaves out of a record is at its default after a restore")
  void fieldsOutsideThePathsKeepTheirDefaults() {
    LocalState<Settings> state = desk.settings(p -> p.storage(storage).paths("user.email"));
    state.update(s -> s.withCount(5).withUser(new User(9, "a@b.c")));
    state.dispose();

    LocalState<Settings> again = desk.settings(p -> p.storage(storage).paths("user.email"));
    assertThat(again.state()).isEqualTo(Settings.NEW.withUser(new User(1, "a@b.c")));
  }

  @Test
  @DisplayName("hazard 55, R4: restoring one path keeps the default of its neighbours")
  void aRestoredPathKeepsTheDefaultOfItsNeighbours() {
    LocalState<Settings> state = desk.settings(p -> p.storage(storage).paths("user.email"));
    state.update(s -> s.withUser(s.user().withEmail("a@b.c")));
    state.dispose();

    assertThat(desk.settings(storage).state().user()).isEqualTo(new User(1, "a@b.c"));
  }

  @Test
  @DisplayName("hazard 56, R2: a storage that throws on reading fails loudly; nothing is written")
  void aFailedRestoreIsReportedAndNothingIsSavedOverIt() {
    LocalState<Settings> state = desk.settings(storage);
    state.update(s -> s.withCount(5));
    state.dispose();
    int writes = storage.writes();

    storage.readFault = new IllegalStateException("not now");
    assertThatThrownBy(() -> desk.settings(storage))
        .isInstanceOf(LoadException.class)
        .hasMessageContaining("settings")
        .hasMessageContaining("not now");
    assertThat(storage.writes()).isEqualTo(writes);

    storage.readFault = null;
    assertThat(desk.settings(storage).state().count()).isEqualTo(5);
  }

  @Test
  @DisplayName("hazard 57, S3: a full disk reaches the hook, the state stays, saving resumes")
  void aRefusedSaveReachesTheHookAndIsTriedAgain() {
    LocalState<Settings> state = desk.settings(storage);
    storage.writeFault = TestStorage.broken();
    state.update(s -> s.withCount(5));
    desk.pass();
    assertThat(desk.problems()).isNotEmpty();
    assertThat(desk.problems().getFirst()).contains("settings").contains("The disk is full");
    assertThat(state.state().count()).isEqualTo(5);

    state.update(s -> s.withName("later"));
    storage.writeFault = null;
    desk.pass();
    assertThat(storage.items.get("settings")).contains("\"count\":5").contains("later");
  }

  @Test
  @DisplayName("hazard 58, S2: a hundred changes in a row are one write")
  void changesInARowAreCoalesced() {
    LocalState<Settings> state = desk.settings(storage);
    for (int i = 1; i <= 100; i++) {
      int count = i;
      state.update(s -> s.withCount(count));
    }
    assertThat(storage.writes()).isZero();
    desk.pass();
    assertThat(storage.writes()).isEqualTo(1);
    assertThat(storage.items.get("settings")).contains("\"count\":100");
  }

  @Test
  @DisplayName("hazard 58, A3: changes that never pause are saved at the latest after maxWait")
  void changesThatNeverPauseAreSavedAllTheSame() {
    LocalState<Settings> state = desk.settings(storage);
    for (int i = 1; i <= 100; i++) {
      int count = i;
      state.update(s -> s.withCount(count));
      desk.clock.advance(Duration.ofMillis(20));
    }
    assertThat(storage.writes()).isBetween(3, 5);
  }

  @Test
  @DisplayName("hazard 61, K1: a second live state with one key fails, both places named")
  void twoLiveStatesWithOneKeyFailAtDefinition() {
    LocalState<Settings> first = desk.settings(storage);
    assertThatThrownBy(() -> desk.settings(storage))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"settings\"")
        .hasMessageMatching(".*defined at .*Desk.java:\\d+.*one at .*Desk.java:\\d+.*");
    first.dispose();
    assertThat(desk.settings(storage).hydrated()).isTrue();
  }

  @Test
  @DisplayName(
      "hazard 61, K1: the same with keys made of the shape, and with folders spelled twice")
  void derivedKeysCollideToo() {
    Storage there = Storage.inFolder(dir);
    Storage alsoThere = Storage.inFolder(dir.resolve("x").resolve(".."));
    desk.open(() -> kept(there));
    assertThatThrownBy(() -> kept(alsoThere))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Two live states have the key \"state-");
    assertThatThrownBy(() -> kept(there.encrypted(EncryptedStorageTest.keys("a"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private LocalState<Settings> kept(Storage where) {
    return LocalState.define(Settings.NEW, o -> desk.inline(o).persist(p -> p.storage(where)));
  }

  @Test
  @DisplayName("hazard 61: singleton() gives the live state instead")
  void singletonGivesTheLiveState() {
    LocalState<Settings> first = desk.settings(p -> p.storage(storage).singleton());
    assertThat(desk.settings(p -> p.storage(storage).singleton())).isSameAs(first);
    assertThatThrownBy(
            () ->
                LocalState.define(
                    new User(1, ""),
                    o -> o.persist(p -> p.key("settings").storage(storage).singleton())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("User");
  }

  record Before(int count) {}

  record After(int count, String added) {}

  @Test
  @DisplayName("hazard 62, K1: a field more leaves an explicit key, and changes a derived one")
  void aFieldMoreLeavesAnExplicitKeyAlone() {
    var before =
        LocalState.define(
            new Before(0), o -> desk.inline(o).persist(p -> p.key("k").storage(storage)));
    before.update(s -> new Before(5));
    before.dispose();
    var after =
        LocalState.define(
            new After(0, "new"), o -> desk.inline(o).persist(p -> p.key("k").storage(storage)));
    assertThat(after.state()).isEqualTo(new After(5, "new"));
    after.dispose();
    assertThat(StructureKey.of(Before.class)).isNotEqualTo(StructureKey.of(After.class));
  }

  @Test
  @DisplayName("hazard 63, S5: dispose saves once more, and nothing after")
  void disposeStopsSavingAfterALastSave() {
    LocalState<Settings> state = desk.settings(storage);
    state.update(s -> s.withCount(5));
    state.dispose();
    assertThat(storage.items.get("settings")).contains("\"count\":5");
    int writes = storage.writes();

    assertThatThrownBy(() -> state.update(s -> s.withCount(6)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("disposed");
    desk.pass();
    state.dispose();
    assertThat(storage.writes()).isEqualTo(writes);
    assertThat(state.state().count()).isEqualTo(5);
  }

  @Test
  @DisplayName("hazard 63, S6: a last save that fails is said, and the state can still be read")
  void aFailedLastSaveIsSaid() {
    LocalState<Settings> state =
        desk.open(
            () ->
                LocalState.define(
                    Settings.NEW, o -> o.persist(p -> p.key("settings").storage(storage))));
    storage.writeFault = TestStorage.broken();
    state.update(s -> s.withCount(5));
    assertThatThrownBy(state::dispose)
        .isInstanceOf(UnsavedChangesException.class)
        .hasMessageContaining("settings");
    assertThat(state.state().count()).isEqualTo(5);
  }

  @Test
  @DisplayName("hazard 64: the plugin registered twice does not save twice")
  void registeringTwiceDoesNotSaveTwice() {
    try (var once = LocalPlugins.use(LocalPlugins.persistent());
        var twice = LocalPlugins.use(LocalPlugins.persistent())) {
      LocalState<Settings> state = desk.settings(storage);
      state.with(LocalPlugins.persistent()).update(s -> s.withCount(5));
      desk.pass();
      assertThat(storage.writes()).isEqualTo(1);
    }
  }

  enum Color {
    RED,
    GREEN
  }

  record Everything(
      Instant instant,
      LocalDate date,
      ZoneId zone,
      Duration duration,
      BigDecimal decimal,
      BigInteger big,
      long most,
      double nan,
      double infinite,
      float negativeZero,
      Color color,
      Optional<String> there,
      Optional<User> missing,
      Map<Color, List<User>> nested) {}

  @Test
  @DisplayName("hazard 65, S7: dates, big numbers, enums, optionals, records and NaN come back")
  void everyKindOfValueComesBack() {
    Everything first =
        new Everything(
            Instant.EPOCH,
            LocalDate.EPOCH,
            ZoneId.of("UTC"),
            Duration.ZERO,
            BigDecimal.ZERO,
            BigInteger.ZERO,
            0,
            0,
            0,
            0,
            Color.RED,
            Optional.empty(),
            Optional.empty(),
            Map.of());
    Everything changed =
        new Everything(
            Instant.parse("2026-03-01T10:00:00.123456789Z"),
            LocalDate.of(2024, 2, 29),
            ZoneId.of("Europe/Berlin"),
            Duration.ofNanos(1),
            new BigDecimal("0.10000000000000000000000000001"),
            BigInteger.TWO.pow(200),
            Long.MAX_VALUE,
            Double.NaN,
            Double.NEGATIVE_INFINITY,
            -0f,
            Color.GREEN,
            Optional.of("text"),
            Optional.of(new User(7, "x")),
            Map.of(Color.GREEN, List.of(new User(1, "y"))));
    var state =
        LocalState.define(first, o -> desk.inline(o).persist(p -> p.key("k").storage(storage)));
    state.update(s -> changed);
    state.dispose();
    var again =
        LocalState.define(first, o -> desk.inline(o).persist(p -> p.key("k").storage(storage)));
    assertThat(again.state()).isEqualTo(changed);
    again.dispose();
  }

  @Test
  @DisplayName("hazard 66, R2: a file in place of the folder fails at definition, naming it")
  void noUsableStorageFailsLoudly() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "in the way");
    assertThatThrownBy(() -> desk.settings(Storage.inFolder(file)))
        .isInstanceOf(StateStoreException.class)
        .hasMessageContaining(file.toString());
    assertThat(file).hasContent("in the way");
  }

  @Test
  @DisplayName("hazard 66: memory for this run, if the definition says so")
  void memoryIfNoneIsSaid() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "in the way");
    LocalState<Settings> state =
        desk.settings(p -> p.storage(Storage.inFolder(file)).memoryIfNone());
    state.update(s -> s.withCount(5));
    state.flush();
    assertThat(state.state().count()).isEqualTo(5);
    assertThat(state).hasToString("LocalState[\"settings\" in memory]");
    assertThat(desk.problems()).hasSize(1);
  }

  @Test
  @DisplayName("A3: under committed a change returns when it is in the storage")
  void committedChangesAreStoredWhenTheyReturn() {
    LocalState<Settings> state =
        desk.settings(p -> p.storage(storage).save(SavePolicy.committed()));
    state.update(s -> s.withCount(5));
    assertThat(storage.items.get("settings")).contains("\"count\":5");
  }

  @Test
  @DisplayName("R6: looking writes nothing, A4: nor does a change to an equal state")
  void lookingWritesNothing() {
    LocalState<Settings> state = desk.settings(storage);
    state.update(s -> s.withCount(0));
    state.dispose();
    assertThat(storage.writes()).isZero();
  }
}
