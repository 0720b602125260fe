package dev.holdfast;

import static dev.holdfast.Todos.keyOf;
import static dev.holdfast.Todos.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.store.StateRecord;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Changes of the key while the store is slow, silent or broken (law K5). */
class SlowKeyChangeHazardsTest {

  private static final String BOBS =
      "{\"user\":{\"id\":\"bob\",\"name\":\"BOB\"},\"items\":[\"bob's\"],\"theme\":\"light\",\"edits\":1}";

  private final StateModule<Todos> todos = Todos.committed();
  @AutoClose private final Lab lab = Lab.threaded(todos);
  private final StateRef<Todos> session = at("s");

  private StateRef<Todos> at(String name) {
    return lab.app.session(name).ref(todos);
  }

  private static <T> T answer(CompletableFuture<T> future) {
    return Lab.answer(future);
  }

  @BeforeEach
  void aliceIsHereAndBobIsStored() {
    session.dispatch("login", user("alice"));
    session.dispatch("add", "alice's");
    lab.plant(keyOf("bob"), BOBS);
  }

  @Test
  @DisplayName(
      "H3 a slow load: nothing is written over the new user's record, nobody sees it mixed")
  void whileTheNewRecordLoadsNothingIsWrittenOverIt() {
    StateRecord bobs = lab.record(keyOf("bob"));
    Queue<Todos> seen = new ConcurrentLinkedQueue<>();
    lab.store.loading().hang(keyOf("bob"));
    var unused = session.subscribe(seen::add);
    var login = session.dispatchAsync("login", user("bob"));
    lab.store.loading().awaitHung();

    assertThat(login).isNotDone();
    assertThat(session.state().items()).containsExactly("alice's");
    assertThat(session.state().user()).isEqualTo(user("alice"));
    assertThat(lab.record(keyOf("bob"))).isEqualTo(bobs);
    assertThat(lab.writesOf(keyOf("bob"))).isZero();

    lab.store.loading().release();
    assertThat(answer(login).items()).containsExactly("bob's");
    assertThat(session.state().items()).containsExactly("bob's");
    assertThat(seen).allMatch(t -> t.user() != null && t.items().contains(t.user().id() + "'s"));
    assertThat(lab.text(keyOf("alice"))).doesNotContain("bob");
    assertThat(lab.text(keyOf("bob"))).doesNotContain("alice");
  }

  @Test
  @DisplayName("H4 a failed load: one error, nothing saved, the session stays where it was")
  void failedLoadLeavesTheSessionWhereItWas() {
    StateRecord bobs = lab.record(keyOf("bob"));
    lab.store.loading().fail(keyOf("bob"));

    assertThatThrownBy(() -> session.dispatch("login", user("bob")))
        .isInstanceOf(LoadException.class);

    assertThat(session.state().user()).isEqualTo(user("alice"));
    assertThat(session.dispatch("add", "later").items()).containsExactly("alice's", "later");
    assertThat(lab.record(keyOf("bob"))).isEqualTo(bobs);
    assertThat(lab.writesOf(keyOf("bob"))).isZero();
    lab.store.loading().recover();
    assertThat(session.dispatch("login", user("bob")).items()).containsExactly("bob's");
    assertThat(lab.text(keyOf("alice"))).contains("later");
  }

  @Test
  @DisplayName("H4 the same where the new user has no record, and after a restart")
  void failedLoadOfAUserWithoutARecordSavesNothing() {
    lab.store.loading().fail(keyOf("carol"));
    assertThatThrownBy(() -> session.dispatch("login", user("carol")))
        .isInstanceOf(LoadException.class);
    lab.store.loading().recover();

    lab.restart();

    assertThat(lab.ids("Todos")).containsExactlyInAnyOrder("alice", "bob");
    assertThat(at("s").state().user()).isEqualTo(user("alice"));
  }

  @Test
  @DisplayName("H4 H13 a load that hangs runs out of time, and its late answer changes nothing")
  void hangingLoadRunsOutOfTime() {
    StateRecord bobs = lab.record(keyOf("bob"));
    lab.store.loading().hang(keyOf("bob"));
    var login = session.dispatchAsync("login", user("bob"));
    lab.store.loading().awaitHung();

    lab.clock.advance(Duration.ofSeconds(5));

    assertThatThrownBy(() -> answer(login)).isInstanceOf(LoadException.class);
    lab.store.loading().release();
    assertThat(session.dispatch("add", "later").items()).containsExactly("alice's", "later");
    assertThat(lab.record(keyOf("bob"))).isEqualTo(bobs);
  }

  @Test
  @DisplayName("H5 A, then B (slow), then C: the session ends on C")
  void lastOfTwoSwitchesWins() {
    lab.store.loading().hang(keyOf("bob"));
    var toBob = session.dispatchAsync("login", user("bob"));
    lab.store.loading().awaitHung();
    var toCarol = session.dispatchAsync("login", user("carol"));
    lab.store.loading().release();

    assertThat(answer(toBob).items()).containsExactly("bob's");
    assertThat(answer(toCarol)).isEqualTo(new Todos(user("carol"), List.of(), "light", 0));
    assertThat(session.state().user()).isEqualTo(user("carol"));
    assertThat(lab.text(keyOf("bob"))).contains("bob's").doesNotContain("carol", "alice");
    lab.restart();
    assertThat(at("s").state().user()).isEqualTo(user("carol"));
  }

  @Test
  @DisplayName("H5 the same when the switch to B fails")
  void laterSwitchIsMadeAlthoughTheEarlierFails() {
    lab.store.loading().hang(keyOf("bob")).fail(keyOf("bob"));
    var toBob = session.dispatchAsync("login", user("bob"));
    lab.store.loading().awaitHung();
    var toCarol = session.dispatchAsync("login", user("carol"));
    lab.store.loading().release();

    assertThatThrownBy(() -> answer(toBob)).isInstanceOf(LoadException.class);
    assertThat(answer(toCarol).items()).isEmpty();
    assertThat(session.state().user()).isEqualTo(user("carol"));
    assertThat(lab.writesOf(keyOf("bob"))).isZero();
  }

  @Test
  @DisplayName("H10 edits sent while B loads are applied to B, in order")
  void editsSentDuringASwitchAreAppliedAfterIt() {
    lab.store.loading().hang(keyOf("bob"));
    var login = session.dispatchAsync("login", user("bob"));
    lab.store.loading().awaitHung();
    var one = session.dispatchAsync("add", "one");
    var two = session.dispatchAsync("add", "two");
    assertThat(one).isNotDone();
    lab.store.loading().release();

    answer(login);
    assertThat(answer(one).items()).containsExactly("bob's", "one");
    assertThat(answer(two).items()).containsExactly("bob's", "one", "two");
    assertThat(lab.text(keyOf("bob"))).contains("one", "two");
    assertThat(lab.text(keyOf("alice"))).doesNotContain("one", "two");
  }

  @Test
  @DisplayName("H10 more edits than may wait are refused with an error")
  void editsBeyondTheBoundAreRefused() {
    lab.store.loading().hang(keyOf("bob"));
    var login = session.dispatchAsync("login", user("bob"));
    lab.store.loading().awaitHung();
    CompletableFuture<?>[] waiting = new CompletableFuture<?>[Lane.MAX_WAITING];
    for (int i = 0; i < waiting.length; i++) {
      waiting[i] = session.dispatchAsync("add", "waits");
    }

    var refused = session.dispatchAsync("add", "refused");

    assertThatThrownBy(() -> answer(refused)).isInstanceOf(OverloadedException.class);
    lab.store.loading().release();
    answer(login);
    answer(CompletableFuture.allOf(waiting));
    assertThat(session.state().items()).hasSize(1 + waiting.length).doesNotContain("refused");
  }

  @Test
  @DisplayName("H75 K5 while one device switches, the user's other devices go on")
  void otherDevicesOfTheOldUserDoNotWait() {
    var other = at("other device");
    other.dispatch("login", user("alice"));
    lab.store.loading().hang(keyOf("bob"));
    var login = session.dispatchAsync("login", user("bob"));
    lab.store.loading().awaitHung();

    assertThat(answer(other.dispatchAsync("add", "meanwhile")).items())
        .containsExactly("alice's", "meanwhile");
    assertThat(login).isNotDone();
    lab.store.loading().release();
    assertThat(answer(login).items()).containsExactly("bob's");
    assertThat(other.state().user()).isEqualTo(user("alice"));
  }

  @Test
  @DisplayName("H75 two devices log in, one load is slow: the other device's actions do not wait")
  void slowLogInOfOneDeviceDoesNotHoldUpAnother() {
    var slow = at("slow device");
    var quick = at("quick device");
    lab.store.loading().hang(keyOf("bob"));
    var toBob = slow.dispatchAsync("login", user("bob"));
    lab.store.loading().awaitHung();

    assertThat(answer(quick.dispatchAsync("login", user("alice"))).items())
        .containsExactly("alice's");
    assertThat(answer(quick.dispatchAsync("add", "quick")).items()).hasSize(2);
    assertThat(toBob).isNotDone();
    lab.store.loading().release();
    answer(toBob);
  }

  @Test
  @DisplayName("K5 A3 nobody is told of a switch before the new record and the row are committed")
  void switchIsAnsweredAfterBothCommits() {
    lab.store.writing().hang(Row.key("@s"));
    var login = session.dispatchAsync("login", user("carol"));
    lab.store.writing().awaitHung();

    assertThat(login).isNotDone();
    assertThat(session.state().user()).isEqualTo(user("alice"));
    lab.store.writing().release();
    assertThat(answer(login).user()).isEqualTo(user("carol"));
  }
}
