package dev.holdfast.benchmarks;

import java.io.Serializable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The state that is acted on.
 *
 * @param visits what an action counts up
 * @param about text that gives the state its size
 */
record Profile(long visits, String about) implements Serializable {

  /** Of the JSON around the text. */
  private static final int FRAME = "{\"visits\":123456,\"about\":\"\"}".length();

  /** One that has about so many bytes as JSON. */
  static Profile sized(int bytes) {
    String text =
        IntStream.range(0, bytes / 6 + 1)
            .mapToObj(i -> "word" + i % 10)
            .collect(Collectors.joining(" "));
    return new Profile(0, text.substring(0, Math.max(1, bytes - FRAME)));
  }

  Profile visited() {
    return new Profile(visits + 1, about);
  }

  static String id(int state) {
    return "profile-" + state;
  }

  /** The ids of so many states. */
  static String[] ids(int states) {
    return IntStream.range(0, states).mapToObj(Profile::id).toArray(String[]::new);
  }
}
