package dev.holdfast.codec;

import static dev.holdfast.codec.RecordCodecPathsTest.except;
import static dev.holdfast.codec.RecordCodecPathsTest.only;
import static dev.holdfast.codec.States.bytes;
import static dev.holdfast.codec.States.codec;
import static dev.holdfast.codec.States.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a program does not know of a record, it keeps and writes back (law R5). */
@NullMarked
final class RecordCodecUnknownTest {

  record Item(String name, int count) {}

  record Owner(String name) {}

  record Shop(
      int open,
      @Nullable Owner owner,
      Optional<Owner> deputy,
      List<Item> items,
      Map<String, Item> shelf) {}

  private static final Shop SHOP = new Shop(0, null, Optional.empty(), List.of(), Map.of());

  private final StateCodec<Shop> states = codec(SHOP);
  private final RecordCodec<Shop> records = except(states);
  private UnknownMembers unknown = UnknownMembers.NONE;

  private Shop read(String json) {
    RecordCodec.Read<Shop> read = records.read(bytes(json), 1);
    unknown = read.unknown();
    return read.state();
  }

  private String write(Shop shop) {
    RecordCodec.Written written = records.write(states.encode(shop), unknown);
    unknown = written.unknown();
    return text(written.json());
  }

  private static Shop with(Shop shop, Item... items) {
    return new Shop(shop.open(), shop.owner(), shop.deputy(), List.of(items), shop.shelf());
  }

  @Test
  @DisplayName("hazard 17, R5: an unknown member is not in the live state and survives a save")
  void unknownMembersOfRecordsAreWrittenBack() {
    Shop shop =
        read(
            """
            {"open":1,"owner":{"name":"Ann","phone":[1,{"a":2.50}]},"deputy":{"name":"Bob","x":null},
             "colour":"red","items":[],"shelf":{}}
            """);
    assertThat(shop)
        .isEqualTo(
            new Shop(1, new Owner("Ann"), Optional.of(new Owner("Bob")), List.of(), Map.of()));
    String again = write(new Shop(2, new Owner("Cid"), shop.deputy(), shop.items(), shop.shelf()));
    assertThat(again)
        .isEqualTo(
            "{\"open\":2,\"owner\":{\"name\":\"Cid\",\"phone\":[1,{\"a\":2.50}]},"
                + "\"deputy\":{\"name\":\"Bob\",\"x\":null},\"items\":[],\"shelf\":{},"
                + "\"colour\":\"red\"}");
  }

  @Test
  void recordsWithoutUnknownMembersHaveNone() {
    read(text(states.encode(new Shop(1, new Owner("A"), Optional.empty(), List.of(), Map.of()))));
    assertThat(unknown.isNone()).isTrue();
    read("{\"open\":3}");
    assertThat(unknown.isNone()).isTrue();
  }

  @Test
  void unknownMembersGoWithTheObjectThatHadThem() {
    Shop shop = read("{\"owner\":{\"name\":\"Ann\",\"phone\":1}}");
    assertThat(write(new Shop(0, null, Optional.empty(), List.of(), Map.of())))
        .doesNotContain("phone");
    assertThat(write(shop)).as("and do not come back").doesNotContain("phone");
  }

  @Test
  void unchangedElementsKeepWhatIsUnknownOfThemWhereverTheyStand() {
    Shop shop =
        read(
            """
            {"items":[{"name":"a","count":1,"x":1},{"name":"b","x":2},{"name":"c","count":3,"x":3}]}
            """);
    Item a = new Item("a", 1);
    Item b = new Item("b", 0);
    Item c = new Item("c", 3);
    assertThat(shop.items()).containsExactly(a, b, c);
    assertThat(write(with(shop, c, new Item("n", 9), a, b)))
        .contains(
            "\"items\":[{\"name\":\"c\",\"count\":3,\"x\":3},{\"name\":\"n\",\"count\":9},"
                + "{\"name\":\"a\",\"count\":1,\"x\":1},{\"name\":\"b\",\"count\":0,\"x\":2}]");
    assertThat(write(with(shop, new Item("a", 2), b)))
        .as("a changed element is another one")
        .contains("\"items\":[{\"name\":\"a\",\"count\":2},{\"name\":\"b\",\"count\":0,\"x\":2}]");
    assertThat(write(with(shop, a, b, c)))
        .as("what was written away stays away")
        .contains("{\"name\":\"a\",\"count\":1},{\"name\":\"b\",\"count\":0,\"x\":2},");
  }

  @Test
  void equalElementsAreToldApartByTheirPlace() {
    Shop shop =
        read(
            """
            {"items":[{"name":"a","x":1},{"name":"b","x":2},{"name":"a","x":3}]}
            """);
    Item a = new Item("a", 0);
    Item b = new Item("b", 0);
    UnknownMembers first = unknown;
    assertThat(write(with(shop, b, a))).contains("\"x\":2},").contains("\"x\":3}]");
    unknown = first;
    assertThat(write(with(shop, a, b))).contains("\"x\":1},").contains("\"x\":2}]");
    unknown = first;
    assertThat(write(with(shop, new Item("n", 0), b, a))).contains("\"x\":3}]");
  }

  @Test
  void valuesOfMapsKeepWhatIsUnknownByTheirKey() {
    Shop shop = read("{\"shelf\":{\"k\":{\"name\":\"a\",\"x\":1},\"l\":{\"name\":\"b\",\"x\":2}}}");
    Map<String, Item> shelf = new LinkedHashMap<>();
    shelf.put("k", new Item("changed", 7));
    shelf.put("m", new Item("b", 0));
    assertThat(write(new Shop(0, null, Optional.empty(), shop.items(), shelf)))
        .contains(
            "\"shelf\":{\"k\":{\"name\":\"changed\",\"count\":7,\"x\":1},"
                + "\"m\":{\"name\":\"b\",\"count\":0}}");
  }

  sealed interface Light permits Off, On {}

  record Off() implements Light {}

  record On(int level) implements Light {}

  record Room(Light light) {}

  @Test
  void anotherVariantHasNothingOfTheOneBefore() {
    StateCodec<Room> rooms = codec(new Room(new Off()));
    RecordCodec<Room> form = except(rooms);
    RecordCodec.Read<Room> read =
        form.read(bytes("{\"light\":{\"@type\":\"On\",\"level\":1,\"hue\":2}}"), 1);
    assertThat(text(form.write(rooms.encode(new Room(new On(3))), read.unknown()).json()))
        .isEqualTo("{\"light\":{\"@type\":\"On\",\"level\":3,\"hue\":2}}");
    RecordCodec.Written off = form.write(rooms.encode(new Room(new Off())), read.unknown());
    assertThat(text(off.json())).isEqualTo("{\"light\":{\"@type\":\"Off\"}}");
    assertThat(off.unknown().isNone()).isTrue();
  }

  @Test
  void knownButExcludedMembersAreDropped() {
    RecordCodec<Shop> form = only(states, "open", "owner.name");
    RecordCodec.Read<Shop> read =
        form.read(bytes("{\"open\":1,\"items\":[{\"name\":\"a\",\"x\":1}],\"new\":5}"), 1);
    assertThat(text(form.write(states.encode(read.state()), read.unknown()).json()))
        .isEqualTo("{\"open\":1,\"owner\":null,\"new\":5}");
  }

  static final class Draft {
    String text = "";
    transient int cached = 1;
    @JsonIgnore int ignored = 2;
    List<String> tags = new ArrayList<>();
  }

  @Test
  void fieldsThatAreKeptOutOfJsonAreKnown() {
    StateCodec<Draft> drafts = StateCodec.of(Draft.class, Draft::new);
    RecordCodec<Draft> form = except(drafts);
    RecordCodec.Read<Draft> read =
        form.read(bytes("{\"text\":\"x\",\"cached\":5,\"ignored\":6,\"tags\":[],\"more\":7}"), 1);
    assertThat(text(form.write(drafts.encode(read.state()), read.unknown()).json()))
        .isEqualTo("{\"text\":\"x\",\"tags\":[],\"more\":7}");
  }

  record Renamed(@JsonAlias({"body", "content"}) String text) {}

  @Test
  void aliasesAreReadAndNotUnknown() {
    StateCodec<Renamed> renamed = codec(new Renamed("default"));
    RecordCodec<Renamed> form = except(renamed);
    RecordCodec.Read<Renamed> read = form.read(bytes("{\"content\":\"old\"}"), 1);
    assertThat(read.state().text()).isEqualTo("old");
    assertThat(read.unknown().isNone()).isTrue();
    assertThat(form.read(bytes("{\"body\":\"old\",\"text\":\"new\"}"), 1).state().text())
        .isEqualTo("new");
  }

  static final class Ranked {
    SortedSet<String> names = new TreeSet<>();
    int[] numbers = {1};
    Item[] items = {};
  }

  @Test
  void arraysOfObjectsAreLists() {
    StateCodec<Ranked> ranked = StateCodec.of(Ranked.class, Ranked::new);
    RecordCodec<Ranked> form = except(ranked);
    RecordCodec.Read<Ranked> read =
        form.read(
            bytes("{\"names\":[\"b\",\"a\"],\"numbers\":[3],\"items\":[{\"name\":\"a\",\"x\":1}]}"),
            1);
    assertThat(text(form.write(ranked.encode(read.state()), read.unknown()).json()))
        .isEqualTo(
            "{\"names\":[\"a\",\"b\"],\"numbers\":[3],"
                + "\"items\":[{\"name\":\"a\",\"count\":0,\"x\":1}]}");
  }
}
