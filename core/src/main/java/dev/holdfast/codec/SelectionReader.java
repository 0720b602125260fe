package dev.holdfast.codec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Makes a {@link Selection} of the paths that a user gives, or refuses a path that leads nowhere.
 */
final class SelectionReader {

  /** The paths so far, as a tree; a place without kids is the end of a path. */
  private static final class Place {
    final Map<String, Place> kids = new LinkedHashMap<>();
    boolean whole;
  }

  private final Shape shape;
  private final BiFunction<String, Collection<String>, String> hint;

  /**
   * @param hint ends a message about an unknown name, given that and the valid ones
   */
  SelectionReader(Shape shape, BiFunction<String, Collection<String>, String> hint) {
    this.shape = shape;
    this.hint = hint;
  }

  /**
   * Only these paths.
   *
   * @throws IllegalArgumentException if one leads nowhere
   */
  Selection only(List<String> paths) {
    return only(tree(paths));
  }

  /** All but these paths. */
  Selection except(List<String> paths) {
    return except(tree(paths), composites(shape));
  }

  private static Selection only(Place place) {
    if (place.whole) {
      return Selection.ALL;
    }
    Map<String, Selection> members = new LinkedHashMap<>();
    place.kids.forEach((name, kid) -> members.put(name, only(kid)));
    return new Selection(Map.copyOf(members));
  }

  private static Selection except(Place place, List<Composite> here) {
    Map<String, Selection> members = new LinkedHashMap<>();
    for (String name : names(here)) {
      Place kid = place.kids.get(name);
      if (kid == null) {
        members.put(name, Selection.ALL);
      } else if (!kid.whole) {
        members.put(name, except(kid, within(parts(here, name))));
      }
    }
    return new Selection(Map.copyOf(members));
  }

  private Place tree(List<String> paths) {
    Place root = new Place();
    for (String path : paths) {
      List<String> names = MemberPath.parse(path);
      check(path, names);
      Place place = root;
      for (String name : names) {
        place = place.kids.computeIfAbsent(name, n -> new Place());
      }
      place.whole = true;
    }
    return root;
  }

  private void check(String path, List<String> names) {
    List<Composite> here = composites(shape);
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      String before = MemberPath.text(names.subList(0, i));
      if (here.isEmpty()) {
        throw new IllegalArgumentException(
            "Path \"%s\" goes into \"%s\", which is saved whole or not at all: paths lead through records and classes only"
                .formatted(path, before));
      }
      List<Part> parts = parts(here, name);
      if (parts.isEmpty()) {
        throw unknown(path, before, names(here));
      }
      if (parts.stream().allMatch(Part::ephemeral)) {
        throw new IllegalArgumentException(
            "Path \"%s\" leads to what is @Ephemeral, and so never saved".formatted(path));
      }
      here = within(parts);
    }
  }

  private IllegalArgumentException unknown(String path, String before, Collection<String> names) {
    List<String> valid =
        names.stream().map(name -> Paths.join(before, MemberPath.text(List.of(name)))).toList();
    return new IllegalArgumentException(
        "Path \"%s\" leads nowhere%s".formatted(path, hint.apply(path, valid)));
  }

  /** The records and classes that a value of a shape may be; none for what has no members. */
  private static List<Composite> composites(Shape shape) {
    List<Composite> found = new ArrayList<>();
    switch (shape) {
      case Shape.Maybe maybe -> found.addAll(composites(maybe.content()));
      case Composite composite -> found.add(composite);
      case Variants variants when !variants.oneValue() -> variants.all().forEach(found::add);
      default -> {}
    }
    found.removeIf(Composite::oneValue);
    return found;
  }

  private static List<Composite> within(List<Part> parts) {
    return parts.stream().flatMap(part -> composites(part.shape()).stream()).toList();
  }

  private static List<Part> parts(List<Composite> here, String name) {
    return here.stream()
        .flatMap(composite -> composite.parts().stream())
        .filter(part -> name.equals(part.name()))
        .toList();
  }

  private static Set<String> names(List<Composite> here) {
    Set<String> names = new LinkedHashSet<>();
    for (Composite composite : here) {
      for (Part part : composite.parts()) {
        if (part.name() != null && !part.ephemeral()) {
          names.add(Objects.requireNonNull(part.name()));
        }
      }
    }
    return names;
  }
}
