package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.StateModule;
import dev.holdfast.test.ManualClock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ContactsTest {

  private static final Target COUNTER = new Target(FakeSessions.COUNTER, null);
  private static final Target OTHER =
      new Target(StateModule.define("Other", new FakeSessions.Count(0)).build(), null);

  private final Contacts contacts = new Contacts(Policies.USUAL.with(ConnectionPolicy.REJECT_NEW));

  private static Conversation somebody() {
    return Talks.conversation(
        Talks.desk(
            new FakeSessions(), ConnectionPolicy.REJECT_NEW, Limits.DEFAULT, new ManualClock()),
        new FakeTransport());
  }

  private @Nullable List<Contacts.Place> claim(Conversation newcomer, Target... about) {
    return contacts.claim("s", List.of(about), false, newcomer);
  }

  @Test
  @DisplayName("N3: who is rejected takes no place, not even those that were free")
  void whoIsRejectedTakesNoPlace() {
    assertThat(claim(somebody(), COUNTER)).isNotNull();
    assertThat(claim(somebody(), OTHER, COUNTER)).isNull();
    assertThat(claim(somebody(), OTHER)).isNotNull();
  }

  @Test
  @DisplayName("N3: the one that speaks keeps its place until it leaves, whoever was rejected")
  void theOneThatSpeaksKeepsItsPlace() {
    Conversation first = somebody();
    List<Contacts.Place> places = claim(first, COUNTER);
    assertThat(claim(somebody(), COUNTER)).isNull();
    contacts.release(places == null ? List.of() : places, first);
    assertThat(claim(somebody(), COUNTER)).isNotNull();
  }

  @Test
  @DisplayName("N3: sessions do not get in each other's way")
  void sessionsAreApart() {
    assertThat(claim(somebody(), COUNTER)).isNotNull();
    assertThat(contacts.claim("t", List.of(COUNTER), false, somebody())).isNotNull();
  }
}
