/** A to-do list in the terminal, which remembers. Begin with {@link dev.holdfast.todo.Todo}. */
@NullMarked
package dev.holdfast.todo;

import org.jspecify.annotations.NullMarked;
