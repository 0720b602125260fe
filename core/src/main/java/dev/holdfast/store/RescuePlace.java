package dev.holdfast.store;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Ability: knows a place for records that could not be saved before closing, such as beside its own
 * file. A store on a disk of its own, or without one, leaves it to the program to name a place.
 */
public interface RescuePlace {

  /** A file that may not exist, in a folder that does; empty for none. */
  Optional<Path> rescueFile();
}
