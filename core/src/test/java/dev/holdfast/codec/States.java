package dev.holdfast.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** The states that the codec's tests keep. */
@NullMarked
final class States {

  private States() {}

  enum Color {
    RED,
    GREEN {
      @Override
      String hex() {
        return "#0f0";
      }
    };

    String hex() {
      return "#f00";
    }
  }

  record Counter(int count) {}

  record User(String id, @Nullable String name) {}

  record Todo(String title, boolean done) {}

  record Todos(@Nullable User user, List<Todo> todos) {}

  record Item(String name, int count, List<String> tags) {}

  record Shop(
      String title,
      @Nullable String motto,
      int open,
      Address address,
      List<Item> items,
      Map<String, Item> byName,
      Optional<String> note) {}

  record Address(String street, int number) {}

  static final Shop SHOP =
      new Shop(
          "Shop",
          "Buy!",
          1,
          new Address("Main St", 5),
          List.of(),
          Map.of(),
          Optional.of("closed on Sundays"));

  sealed interface Light permits Off, Glow {}

  record Off() implements Light {}

  sealed interface Glow extends Light permits On, Blink {}

  record On(int level, List<String> by) implements Glow {}

  record Blink(int level, Duration every) implements Glow {}

  record Room(Light light, List<Light> others, Map<String, Glow> named, Optional<Light> spare) {}

  record Tree(int value, List<Tree> kids) {}

  record Grid<T>(List<T> cells, Map<String, T> named) {}

  record UserId(@JsonValue String value) {}

  static class Base {
    private @Nullable String owner;

    final void belongTo(String name) {
      owner = name;
    }

    final @Nullable String whose() {
      return owner;
    }
  }

  static final class Draft extends Base {
    @Nullable String text = "";
    int edits;
    List<String> tags = new ArrayList<>(List.of("new"));
    final Map<String, Integer> marks = new HashMap<>();
    Set<String> readers = new HashSet<>();
    int[] numbers = {1, 2};
    transient int cached = 7;
    Place place = new Place();
    @Nullable Place other;

    int getComputed() {
      return -1;
    }

    void setEdits(int edits) {
      this.edits = -edits;
    }
  }

  static final class Place {
    String city = "Rome";
    int x = 1;
    List<String> roads = new ArrayList<>();

    private Place() {}

    static Place create() {
      return new Place();
    }
  }

  static <S> StateCodec<S> codec(S initial) {
    return StateCodec.of(initial.getClass(), () -> initial);
  }

  static byte[] bytes(String json) {
    return json.getBytes(UTF_8);
  }

  static String text(byte[] json) {
    return new String(json, UTF_8);
  }

  static final class Node {
    int value;
    @Nullable Node next;
  }

  static class Open {
    int a;
  }

  static final class Secretive extends Open {
    String hidden = "hidden";
  }

  static final class Holder {
    Open open = new Open();
  }
}
