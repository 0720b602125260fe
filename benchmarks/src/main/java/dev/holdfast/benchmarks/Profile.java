package dev.holdfast.benchmarks;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The state that is acted on: a number, and text that makes its JSON about 450 bytes long. */
record Profile(long visits, String about) {

  private static final String TEXT =
      IntStream.range(0, 60).mapToObj(i -> "word" + i % 10).collect(Collectors.joining(" "));

  static final Profile FIRST = new Profile(0, TEXT);

  Profile visited() {
    return new Profile(visits + 1, about);
  }
}
