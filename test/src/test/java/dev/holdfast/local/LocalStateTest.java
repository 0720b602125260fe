package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.codec.TypeRef;
import dev.holdfast.local.Desk.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a state does, in memory and kept. */
class LocalStateTest {

  private final Desk desk = new Desk();
  private final TestStorage storage = new TestStorage();

  @AfterEach
  void end() {
    storage.writeFault = null;
    desk.close();
  }

  private LocalState<Settings> loose() {
    return LocalState.define(Settings.NEW, desk::inline);
  }

  static final class Draft {
    String text = "";
    List<String> tags = new ArrayList<>();
  }

  @Test
  void aStateWithoutPersistenceLivesInMemory() {
    LocalState<Settings> state = loose();
    state.update(s -> s.withCount(5));
    state.flush();
    assertThat(state.state().count()).isEqualTo(5);
    assertThat(state.hydrated()).isFalse();
    Desk.await(state.ready());
    assertThatThrownBy(state::mount)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not persistent");
    state.dispose();
    assertThat(state.state().count()).isEqualTo(5);
  }

  @Test
  void aSubscriberHearsOfChangesAndNotOfNothing() {
    for (LocalState<Settings> state : List.of(loose(), desk.settings(storage))) {
      List<Integer> seen = new ArrayList<>();
      var subscription = state.subscribe(s -> seen.add(s.count()));
      state.update(s -> s.withCount(1));
      state.update(s -> s.withCount(1));
      state.update(s -> s.withName("x"));
      subscription.close();
      state.update(s -> s.withCount(2));
      assertThat(seen).containsExactly(1, 1);
    }
  }

  @Test
  void aSelectorsListenerHearsOnlyWhenTheSelectedValueChanged() {
    LocalState<Settings> state = desk.settings(storage);
    List<String> names = new ArrayList<>();
    var unused = state.subscribe(Settings::name, names::add);
    state.update(s -> s.withCount(1));
    state.update(s -> s.withName("x"));
    state.update(s -> s.withCount(2));
    assertThat(names).containsExactly("x");
  }

  @Test
  @DisplayName("A5: a listener that throws stops neither others nor saving")
  void aListenerThatThrowsStopsNothing() {
    LocalState<Settings> state = desk.settings(storage);
    AtomicInteger calls = new AtomicInteger();
    var unusedBroken =
        state.subscribe(
            s -> {
              throw new IllegalStateException("listener");
            });
    var unusedWell = state.subscribe(s -> calls.incrementAndGet());
    state.update(s -> s.withCount(1));
    state.update(s -> s.withCount(2));
    desk.pass();
    assertThat(calls).hasValue(2);
    assertThat(storage.items.get("settings")).contains("\"count\":2");
  }

  @Test
  @DisplayName("A2: a change that throws changes nothing, and what it throws comes out")
  void aChangeThatThrowsChangesNothing() {
    for (LocalState<Settings> state : List.of(loose(), desk.settings(storage))) {
      assertThatThrownBy(
              () ->
                  state.update(
                      s -> {
                        throw new ArithmeticException("no");
                      }))
          .isInstanceOf(ArithmeticException.class)
          .hasMessage("no");
      assertThat(state.state()).isEqualTo(Settings.NEW);
    }
  }

  @Test
  @DisplayName("R7: a mutable state is edited in a copy, and read as a copy")
  void aMutableStateIsNeverShared() {
    for (Storage where : List.of(storage, Storage.inMemory())) {
      LocalState<Draft> state =
          LocalState.define(
              Draft::new, o -> desk.inline(o).persist(p -> p.key("draft").storage(where)));
      List<Draft> leaked = new ArrayList<>();
      state.edit(
          d -> {
            d.text = "text";
            d.tags.add("a");
            leaked.add(d);
          });
      leaked.getFirst().tags.add("b");
      state.state().tags.add("c");
      assertThat(state.state().tags).containsExactly("a");
      state.dispose();
    }
  }

  @Test
  void aLooseMutableStateIsNeverSharedEither() {
    LocalState<Draft> state = LocalState.define(Draft::new, desk::inline);
    state.edit(d -> d.tags.add("a"));
    state.state().tags.add("c");
    assertThat(state.state().tags).containsExactly("a");
  }

  @Test
  void aRecordIsNotEdited() {
    assertThatThrownBy(() -> loose().edit(s -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("use update");
  }

  sealed interface Light {}

  record On(int percent) implements Light {}

  record Off() implements Light {}

  @Test
  void sealedAndGenericStatesNameTheirType() {
    LocalState<Light> light =
        LocalState.define(
            Light.class, new Off(), o -> desk.inline(o).persist(p -> p.key("l").storage(storage)));
    light.update(l -> new On(40));
    light.dispose();
    LocalState<Light> again =
        LocalState.define(
            Light.class, new Off(), o -> desk.inline(o).persist(p -> p.key("l").storage(storage)));
    assertThat(again.state()).isEqualTo(new On(40));
    again.dispose();
    LocalState<List<Integer>> list =
        LocalState.define(
            new TypeRef<List<Integer>>() {},
            List.of(),
            o -> desk.inline(o).persist(p -> p.key("i").storage(storage)));
    list.update(l -> List.of(1, 2));
    list.dispose();
    assertThat(storage.items.get("i")).contains("[1,2]");
  }

  @Test
  void hydrateFalseWaitsForMountAndTheChangesBeforeItWin() {
    LocalState<Settings> stored = desk.settings(storage);
    stored.update(s -> s.withCount(5).withName("stored"));
    stored.dispose();
    int writes = storage.writes();

    LocalState<Settings> state = desk.settings(p -> p.storage(storage).hydrate(false));
    assertThat(state.hydrated()).isFalse();
    state.update(s -> s.withName("early"));
    desk.pass();
    assertThat(storage.writes()).isEqualTo(writes);
    assertThatThrownBy(state::flush).hasMessageContaining("not mounted");

    state.mount();
    state.mount();
    assertThat(state.hydrated()).isTrue();
    assertThat(state.state()).isEqualTo(Settings.NEW.withCount(5).withName("early"));
    desk.pass();
    assertThat(storage.items.get("settings")).contains("early").contains("\"count\":5");
  }

  @Test
  void anUnmountedStateGoesOnInMemoryAndComesBack() {
    LocalState<Settings> state = desk.settings(storage);
    List<String> seen = new ArrayList<>();
    var unused = state.subscribe(Settings::name, seen::add);
    state.update(s -> s.withCount(5));
    state.unmount();
    assertThat(storage.items.get("settings")).contains("\"count\":5");
    int writes = storage.writes();
    state.update(s -> s.withName("loose"));
    desk.pass();
    assertThat(storage.writes()).isEqualTo(writes);
    assertThat(state.hydrated()).isFalse();

    state.mount();
    assertThat(state.state()).isEqualTo(Settings.NEW.withCount(5).withName("loose"));
    desk.pass();
    assertThat(storage.items.get("settings")).contains("loose");
    assertThat(seen).containsExactly("loose");
  }

  @Test
  @DisplayName("R2: a mount that fails leaves the state in memory, and may be tried again")
  void aMountThatFailsMayBeTriedAgain() {
    LocalState<Settings> state = desk.settings(p -> p.storage(storage).hydrate(false));
    state.update(s -> s.withCount(5));
    storage.readFault = TestStorage.broken();
    assertThatThrownBy(state::mount).hasMessageContaining("settings");
    assertThat(state.state().count()).isEqualTo(5);
    storage.readFault = null;
    state.mount();
    assertThat(state.state().count()).isEqualTo(5);
  }

  @Test
  void pluginsAreAppliedOnceToStatesBeforeAndAfter() {
    LocalState<Settings> before = loose();
    List<LocalState<?>> applied = new ArrayList<>();
    LocalPlugin plugin =
        (state, options) -> {
          applied.add(state);
          var unused = state.subscribe(now -> {});
        };
    try (var once = LocalPlugins.use(plugin);
        var twice = LocalPlugins.use(plugin)) {
      before.with(plugin);
      LocalState<Settings> after = loose();
      LocalState<Settings> kept = desk.settings(storage);
      assertThat(applied.stream().filter(before::equals)).hasSize(1);
      assertThat(applied.stream().filter(after::equals)).hasSize(1);
      assertThat(applied.stream().filter(kept::equals)).hasSize(1);
    }
    LocalState<Settings> later = loose();
    assertThat(applied).doesNotContain(later);
  }

  @Test
  void aPluginForOneSeesTheStateRestoredAndItsOptions() {
    LocalState<Settings> stored = desk.settings(storage);
    stored.update(s -> s.withCount(5));
    stored.dispose();
    List<Object> seen = new ArrayList<>();
    LocalPlugin plugin =
        (state, options) -> {
          seen.add(state.state());
          seen.add(options.isPersistent());
          assertThatThrownBy(() -> options.persist(true)).isInstanceOf(IllegalStateException.class);
        };
    LocalState<Settings> state = desk.settings(storage).with(plugin).with(plugin);
    assertThat(seen).containsExactly(state.state(), true);
    assertThat(state.state().count()).isEqualTo(5);
  }

  @Test
  void aPluginThatThrowsFailsTheDefinitionAndFreesItsKey() {
    LocalPlugin broken =
        (state, options) -> {
          throw new IllegalStateException("plugin");
        };
    try (var used = LocalPlugins.use(broken)) {
      assertThatThrownBy(() -> desk.settings(storage)).hasMessage("plugin");
    }
    assertThat(desk.settings(storage).hydrated()).isTrue();
  }

  @Test
  void persistentAsAPluginOfOneStateKeepsIt() {
    LocalState<Settings> state =
        desk.open(this::loose)
            .with(LocalPlugins.persistent(p -> p.key("settings").storage(storage)));
    assertThat(state.hydrated()).isTrue();
    state.update(s -> s.withCount(5));
    state.dispose();
    assertThat(desk.settings(storage).state().count()).isEqualTo(5);
  }

  record Old(String body) {}

  record New(String text, int size) {}

  @Test
  void aMigrationTakesTheStoredStateToTheNewShape() {
    var old =
        LocalState.define(
            new Old(""), o -> desk.inline(o).persist(p -> p.key("m").storage(storage)));
    old.update(s -> new Old("hello"));
    old.dispose();
    var now =
        LocalState.define(
            new New("", 0),
            o ->
                desk.inline(o)
                    .persist(
                        p ->
                            p.key("m")
                                .storage(storage)
                                .version(2)
                                .migrate(1, json -> json.rename("body", "text").put("size", 5))));
    assertThat(now.state()).isEqualTo(new New("hello", 5));
    now.dispose();
  }
}
