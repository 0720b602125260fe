package dev.holdfast.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** Makes states with everything in them that a state can have, and changes them a little. */
@NullUnmarked // nullness of type arguments is beyond the checker, and every second value is null
final class RandomStates {

  enum Color {
    RED,
    @JsonProperty("gr/een")
    GREEN,
    BLUE
  }

  sealed interface Figure {}

  record Circle(double radius) implements Figure {}

  record Group(List<Figure> figures, @Nullable Figure chosen) implements Figure {}

  record Item(@JsonProperty("ti/t~le") @Nullable String title, int count, Optional<Color> color) {}

  record Dates(
      int day, Instant at, @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> tags) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Sparse(@Nullable String a, @Nullable String b) {}

  record World(
      @Nullable String name,
      Item first,
      @Nullable Item second,
      List<@Nullable Item> items,
      List<@Nullable String> words,
      List<List<Integer>> grid,
      Set<String> marks,
      Map<String, Item> named,
      Map<Color, List<URI>> links,
      Map<Integer, Long> totals,
      Optional<Dates> dates,
      Figure figure,
      Sparse sparse,
      BigDecimal amount) {}

  private static final String[] WORDS = {"", "a", "b", "a/b", "~", "~1", "/", "x\"y", "ü😀", "0"};

  private final RandomGenerator random;

  RandomStates(RandomGenerator random) {
    this.random = random;
  }

  World fresh() {
    return new World(
        word(),
        item(),
        maybe(this::item),
        list(() -> maybe(this::item), 6),
        list(() -> maybe(this::word), 6),
        list(() -> list(() -> random.nextInt(4), 4), 3),
        new LinkedHashSet<>(list(this::word, 5)),
        map(this::word, this::item),
        map(this::color, () -> list(() -> URI.create("urn:" + random.nextInt(3)), 3)),
        map(() -> random.nextInt(5), random::nextLong),
        Optional.ofNullable(maybe(this::dates)),
        figure(2),
        sparse(),
        amount());
  }

  /** A state that shares most of its parts with the one given. */
  World changed(World s) {
    World one =
        new World(
            some(s.name, this::word),
            some(s.first, this::changedItem),
            some(s.second, i -> maybe(this::item)),
            some(s.items, items -> edited(items, () -> maybe(this::item))),
            some(s.words, words -> edited(words, () -> maybe(this::word))),
            some(s.grid, grid -> edited(grid, () -> list(() -> random.nextInt(4), 4))),
            some(s.marks, marks -> new LinkedHashSet<>(edited(List.copyOf(marks), this::word))),
            some(s.named, named -> edited(named, this::word, this::item)),
            some(s.links, links -> edited(links, this::color, List::of)),
            some(s.totals, totals -> edited(totals, () -> random.nextInt(5), () -> 7L)),
            some(s.dates, d -> Optional.ofNullable(maybe(this::dates))),
            some(s.figure, this::changedFigure),
            some(s.sparse, x -> sparse()),
            some(s.amount, x -> amount()));
    return random.nextInt(4) == 0 ? changed(one) : one;
  }

  private <T extends @Nullable Object> T some(T part, UnaryOperator<T> change) {
    return random.nextInt(5) == 0 ? change.apply(part) : part;
  }

  private <T extends @Nullable Object> T some(T part, Maker<T> maker) {
    return random.nextInt(5) == 0 ? maker.make() : part;
  }

  /** Makes a value. */
  private interface Maker<T extends @Nullable Object> {
    T make();
  }

  private <T> @Nullable T maybe(Maker<T> maker) {
    return random.nextInt(5) == 0 ? null : maker.make();
  }

  private String word() {
    return WORDS[random.nextInt(WORDS.length)];
  }

  private Color color() {
    return Color.values()[random.nextInt(3)];
  }

  private Item item() {
    return new Item(maybe(this::word), random.nextInt(3), Optional.ofNullable(maybe(this::color)));
  }

  private Item changedItem(Item item) {
    return new Item(item.title(), item.count() + 1, item.color());
  }

  private Dates dates() {
    return new Dates(
        random.nextInt(9), Instant.ofEpochSecond(random.nextInt(9)), list(this::word, 3));
  }

  private Sparse sparse() {
    return new Sparse(maybe(this::word), maybe(this::word));
  }

  private BigDecimal amount() {
    return new BigDecimal(random.nextInt(1_000)).movePointLeft(random.nextInt(3));
  }

  private Figure figure(int depth) {
    return depth == 0 || random.nextBoolean()
        ? new Circle(random.nextInt(4) / 2.0)
        : new Group(list(() -> figure(depth - 1), 3), maybe(() -> figure(depth - 1)));
  }

  private Figure changedFigure(Figure figure) {
    return figure instanceof Group group
        ? new Group(edited(group.figures(), () -> figure(1)), group.chosen())
        : figure(2);
  }

  private <T extends @Nullable Object> List<T> list(Maker<T> maker, int most) {
    List<T> list = new ArrayList<>();
    for (int n = random.nextInt(most + 1); n > 0; n--) {
      list.add(maker.make());
    }
    return list;
  }

  private <K, V> Map<K, V> map(Maker<K> keys, Maker<V> values) {
    Map<K, V> map = new LinkedHashMap<>();
    for (int n = random.nextInt(5); n > 0; n--) {
      map.put(keys.make(), values.make());
    }
    return map;
  }

  private <T extends @Nullable Object> List<T> edited(List<T> list, Maker<T> maker) {
    List<T> edited = new ArrayList<>(list.subList(0, Math.min(list.size(), 12)));
    for (int n = random.nextInt(3); n >= 0; n--) {
      int at = edited.isEmpty() ? 0 : random.nextInt(edited.size());
      switch (random.nextInt(6)) {
        case 0 -> edited.add(at, maker.make());
        case 1 -> edited.add(maker.make());
        case 2 -> edited.subList(at, Math.min(edited.size(), at + 2)).clear();
        case 3 -> Collections.reverse(edited);
        case 4 -> edited.addAll(new ArrayList<>(edited.subList(0, Math.min(at, 3))));
        default -> {
          if (!edited.isEmpty()) {
            edited.set(at, maker.make());
          }
        }
      }
    }
    return edited;
  }

  private <K, V> Map<K, V> edited(Map<K, V> map, Maker<K> keys, Maker<V> values) {
    Map<K, V> edited = new LinkedHashMap<>(map);
    edited.remove(keys.make());
    edited.put(keys.make(), values.make());
    return edited;
  }
}
