/** Notes in a window that remembers. Begin with {@link dev.holdfast.notes.Notes}. */
@NullMarked
package dev.holdfast.notes;

import org.jspecify.annotations.NullMarked;
