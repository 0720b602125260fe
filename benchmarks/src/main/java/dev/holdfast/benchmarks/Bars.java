package dev.holdfast.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a chart shows: for each group of bars, such as a size, a bar of each peer.
 *
 * @param title above it
 * @param unit beside the axis, which is logarithmic
 * @param groups in their order
 * @param heights of each peer, one for each group
 */
record Bars(String title, String unit, List<String> groups, Map<String, List<Double>> heights) {

  static Bars of(String title, String unit, List<String> groups) {
    return new Bars(title, unit, groups, new LinkedHashMap<>());
  }
}
