package dev.holdfast.codec;

import static dev.holdfast.codec.States.SHOP;
import static dev.holdfast.codec.States.codec;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.codec.States.Color;
import dev.holdfast.codec.States.Counter;
import dev.holdfast.codec.States.Draft;
import dev.holdfast.codec.States.Item;
import dev.holdfast.codec.States.Light;
import dev.holdfast.codec.States.Off;
import dev.holdfast.codec.States.On;
import dev.holdfast.codec.States.Room;
import dev.holdfast.codec.States.Shop;
import dev.holdfast.codec.States.Tree;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Freezing immutable states. */
@NullMarked
final class StateCodecFreezeTest {

  @Test
  void nothingIsCopiedWhereThereAreNoCollections() {
    StateCodec<Counter> codec = codec(new Counter(0));
    Counter state = new Counter(1);
    assertThat(codec.freeze(state, codec.initial())).isSameAs(state);
  }

  @Test
  void everyCollectionIsCutOffFromItsMaker() {
    StateCodec<Shop> codec = codec(SHOP);
    List<String> tags = new ArrayList<>(List.of("t"));
    List<Item> items = new ArrayList<>(List.of(new Item("a", 1, tags)));
    Map<String, Item> byName = new HashMap<>(Map.of("b", new Item("b", 2, tags)));
    Shop state = new Shop("s", null, 1, SHOP.address(), items, byName, Optional.empty());

    Shop frozen = codec.freeze(state, codec.initial());
    assertThat(frozen).isEqualTo(state);
    tags.add("later");
    items.clear();
    byName.clear();

    assertThat(frozen.items()).containsExactly(new Item("a", 1, List.of("t"))).isUnmodifiable();
    assertThat(frozen.byName()).isUnmodifiable();
    assertThat(requireNonNull(frozen.byName().get("b")).tags())
        .containsExactly("t")
        .isUnmodifiable();
  }

  @Test
  void anUnmodifiableListOfOpenListsIsNotTrusted() {
    StateCodec<Item> leaf = codec(new Item("", 0, List.of()));
    StateCodec<Shop> codec = codec(SHOP);
    List<String> tags = new ArrayList<>();
    Shop state =
        new Shop(
            "s",
            null,
            1,
            SHOP.address(),
            List.of(new Item("a", 1, tags)),
            Map.of("a", new Item("a", 1, tags)),
            Optional.empty());
    Shop frozen = codec.freeze(state, null);
    tags.add("later");
    assertThat(frozen.items().getFirst().tags()).isEmpty();
    assertThat(requireNonNull(frozen.byName().get("a")).tags()).isEmpty();
    assertThat(leaf.freeze(new Item("a", 1, tags), null).tags()).containsExactly("later");
  }

  @Test
  void whatIsIdenticalToThePreviousStateIsKept() {
    StateCodec<Shop> codec = codec(SHOP);
    List<Item> items = new ArrayList<>(List.of(new Item("a", 1, new ArrayList<>())));
    Shop first =
        codec.freeze(
            new Shop("s", null, 1, SHOP.address(), items, Map.of(), Optional.empty()), null);
    Shop next =
        new Shop("t", null, 1, first.address(), first.items(), first.byName(), Optional.empty());
    assertThat(codec.freeze(next, first)).isSameAs(next);

    List<Item> more = new ArrayList<>(first.items());
    more.add(new Item("b", 2, new ArrayList<>()));
    Shop grown =
        codec.freeze(
            new Shop("t", null, 1, first.address(), more, Map.of(), Optional.empty()), first);
    assertThat(grown.items().getFirst()).isSameAs(first.items().getFirst());
    assertThat(codec.freeze(grown, null)).isSameAs(grown);
  }

  @Test
  void theOrderOfSetsAndMapsStays() {
    record Ordered(Set<String> set, Map<String, Integer> map, Map<String, Integer> sorted) {}
    StateCodec<Ordered> codec = codec(new Ordered(Set.of(), Map.of(), new TreeMap<>()));
    Set<String> set = new java.util.LinkedHashSet<>();
    Map<String, Integer> map = new java.util.LinkedHashMap<>();
    Map<String, Integer> sorted = new TreeMap<>(java.util.Comparator.reverseOrder());
    for (int i = 99; i >= 0; i -= 3) {
      set.add("k" + i);
      map.put("k" + i, i);
      sorted.put("k" + i, i);
    }
    Ordered frozen = codec.freeze(new Ordered(set, map, sorted), null);
    assertThat(frozen.set()).containsExactlyElementsOf(set).isUnmodifiable();
    assertThat(frozen.map().keySet()).containsExactlyElementsOf(map.keySet());
    assertThat(frozen.sorted().keySet()).containsExactlyElementsOf(sorted.keySet());
    assertThat(frozen.sorted()).isUnmodifiable();
    Ordered back = codec.decode(codec.encode(frozen));
    assertThat(back.set()).containsExactlyElementsOf(set);
    assertThat(back.map().keySet()).containsExactlyElementsOf(map.keySet());
  }

  @Test
  void nullElementsStay() {
    record Nulls(List<@Nullable String> list, Map<String, @Nullable String> map) {}
    StateCodec<Nulls> codec = codec(new Nulls(List.of(), Map.of()));
    Map<String, @Nullable String> map = new HashMap<>();
    map.put("k", null);
    Nulls state = new Nulls(java.util.Arrays.asList("a", null), map);
    Nulls frozen = codec.freeze(state, null);
    assertThat(frozen.list()).containsExactly("a", null);
    assertThat(frozen.map()).containsEntry("k", null);
    assertThat(codec.restore(codec.encode(frozen))).isEqualTo(state);
  }

  @Test
  void variantsOptionalsAndRecursiveTypesAreFrozenInside() {
    StateCodec<Room> codec = codec(new Room(new Off(), List.of(), Map.of(), Optional.empty()));
    List<String> by = new ArrayList<>(List.of("me"));
    Room frozen =
        codec.freeze(
            new Room(
                new On(1, by),
                List.of(new On(2, by)),
                Map.of("n", new On(3, by)),
                Optional.of(new On(4, by))),
            codec.initial());
    by.add("you");
    assertThat(frozen.light()).isEqualTo(new On(1, List.of("me")));
    assertThat(frozen.others()).containsExactly(new On(2, List.of("me")));
    assertThat(frozen.named()).containsEntry("n", new On(3, List.of("me")));
    assertThat(frozen.spare()).contains(new On(4, List.of("me")));

    List<Tree> kids = new ArrayList<>(List.of(new Tree(2, new ArrayList<>())));
    Tree tree = codec(new Tree(0, List.of())).freeze(new Tree(1, kids), null);
    kids.clear();
    assertThat(tree.kids()).containsExactly(new Tree(2, List.of()));
    assertThat(tree.kids().getFirst().kids()).isUnmodifiable();
  }

  @Test
  void aConstructorThatCopiesIsNotAskedForEver() {
    record Stubborn(List<String> list) {
      Stubborn {
        list = new ArrayList<>(list);
      }
    }
    StateCodec<Stubborn> codec = codec(new Stubborn(List.of("a")));
    assertThat(codec.freeze(new Stubborn(List.of("b")), null).list()).containsExactly("b");
  }

  @Test
  void aStateThatHoldsItselfIsRefused() {
    StateCodec<Tree> codec = codec(new Tree(0, List.of()));
    List<Tree> kids = new ArrayList<>();
    Tree ring = new Tree(1, kids);
    kids.add(ring);
    assertThatExceptionOfType(UnencodableStateException.class)
        .isThrownBy(() -> codec.freeze(ring, null));
  }

  @Test
  void isOneSharedFrozenStateForAnImmutableType() {
    List<String> tags = new ArrayList<>(List.of("a"));
    Item mine = new Item("x", 1, tags);
    StateCodec<Item> codec = codec(mine);
    tags.add("later");
    assertThat(codec.initial()).isSameAs(codec.initial());
    assertThat(codec.initial().tags()).containsExactly("a").isUnmodifiable();
  }

  @Test
  void isANewObjectForAMutableClass() {
    StateCodec<Draft> codec = StateCodec.of(Draft.class, Draft::new);
    codec.initial().tags.add("changed");
    assertThat(codec.initial().tags).containsExactly("new");
  }

  record Pure(
      int a,
      Long b,
      String c,
      Color d,
      Instant e,
      UUID f,
      BigDecimal g,
      URI h,
      Optional<List<String>> i,
      OptionalInt j,
      Map<UUID, Set<Color>> k) {}

  @SuppressWarnings("ArrayRecordComponent") // what makes it mutable
  record WithArray(int[] a) {}

  record WithDate(@Nullable Date at) {}

  record WithConcreteList(ArrayList<String> a) {}

  @Test
  void recordsOfValuesAndCollectionsAreImmutable() {
    var pure =
        new Pure(
            1,
            2L,
            "c",
            Color.GREEN,
            Instant.EPOCH,
            new UUID(1, 2),
            BigDecimal.ONE,
            URI.create("a:b"),
            Optional.empty(),
            OptionalInt.empty(),
            Map.of());
    assertThat(codec(pure).immutable()).isTrue();
    assertThat(codec(SHOP).immutable()).isTrue();
    assertThat(codec(new Tree(1, List.of())).immutable()).isTrue();
    assertThat(StateCodec.<Light>of(Light.class, Off::new).immutable()).isTrue();
  }

  @Test
  void arraysDatesConcreteCollectionsAndClassesMakeAStateMutable() {
    assertThat(made(() -> new WithArray(new int[0])).immutable()).isFalse();
    assertThat(made(() -> new WithDate(null)).immutable()).isFalse();
    assertThat(made(() -> new WithConcreteList(new ArrayList<>())).immutable()).isFalse();
    assertThat(made(Draft::new).immutable()).isFalse();
  }

  private static <S> StateCodec<S> made(java.util.function.Supplier<S> initial) {
    return StateCodec.of(initial.get().getClass(), initial);
  }

  @Test
  void comparesByIdentityOrEquality() {
    StateCodec<Counter> codec = codec(new Counter(0));
    assertThat(codec.same(new Counter(1), new Counter(1))).isTrue();
    assertThat(codec.same(new Counter(1), new Counter(2))).isFalse();
  }
}
