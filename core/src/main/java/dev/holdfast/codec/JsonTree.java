package dev.holdfast.codec;

import java.math.BigDecimal;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stored state on its way from one schema version to the next: JSON that can be read and changed
 * in place. Given to a step, and of no use after it.
 *
 * <p>A path is names of members with dots between them, such as {@code "user.email"}; a dot or
 * backslash inside a name has a backslash before it, and {@code ""} is the tree itself. Paths lead
 * through objects; what is in lists, and in maps whatever their keys, is reached with {@link
 * #each}.
 *
 * <p>Records hold what they were stored with, so a step may meet less than it expects: what changes
 * a member that is missing does nothing. What is there and of another type than asked for is never
 * converted: every method throws {@link UndecodableStateException}, which names the path and never
 * content, and so makes the record one that cannot be read (law R3).
 *
 * <p>Steps are pure functions of the tree: they may run more than once, and must not block. Not
 * thread-safe. The changing methods return this tree.
 */
public interface JsonTree {

  /**
   * Gives a member another name, where it stands. Missing, nothing happens.
   *
   * @param name the new name, without dots to escape
   * @throws UndecodableStateException if there is a member of that name already
   */
  JsonTree rename(String path, String name);

  /**
   * Takes a member elsewhere, into objects that are made where they are missing. Missing, nothing
   * happens.
   *
   * @throws UndecodableStateException if something is there already, or on the way is no object
   */
  JsonTree move(String from, String to);

  /** The same, and leaves the member where it is. */
  JsonTree copy(String from, String to);

  /** Takes a member away. */
  JsonTree remove(String path);

  /**
   * Sets a member, whatever was there, in objects that are made where they are missing.
   *
   * @param value null, text, a boolean, a number, an enum (its name), another tree, or a collection
   *     or a map with text for keys of such values
   * @throws IllegalArgumentException if the value is something else
   */
  JsonTree put(String path, @Nullable Object value);

  /** Adds a value, as for {@link #put}, to the end of a list, which is made where it is missing. */
  JsonTree add(String path, @Nullable Object value);

  /**
   * Changes each element of a list, or each value of an object that is a map, in its order. Missing
   * or null, nothing happens. Within, {@code ""} is the element itself.
   */
  JsonTree each(String path, Consumer<JsonTree> item);

  /** Changes the tree at a path. Missing or null, nothing happens. */
  JsonTree at(String path, Consumer<JsonTree> part);

  /** Whether there is a member, be it null. */
  boolean has(String path);

  /** Whether a member is missing or null. */
  boolean isNull(String path);

  /** The names in an object, in their order; none if it is missing or null. */
  Set<String> names(String path);

  /** How many elements a list, or members an object, has; 0 if it is missing or null. */
  int size(String path);

  /** A text, or null if it is missing or null. */
  @Nullable String text(String path);

  /** A whole number of 32 bits; it has to be there. */
  int number(String path);

  /** A whole number of 64 bits; it has to be there. */
  long longNumber(String path);

  /** A number as a double; it has to be there. The texts of NaN and the infinities are numbers. */
  double doubleNumber(String path);

  /** A number, exactly; it has to be there. */
  BigDecimal decimal(String path);

  /** True or false; it has to be there. */
  boolean bool(String path);
}
