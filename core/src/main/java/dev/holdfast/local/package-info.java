/**
 * State that remembers, for programs without sessions: desktop, command line, tests. The same
 * engine behind a smaller door.
 *
 * <p>Begin with {@link dev.holdfast.local.LocalState}; {@link dev.holdfast.local.LocalPersistence}
 * says how it is kept, {@link dev.holdfast.local.Storage} where.
 */
@NullMarked
package dev.holdfast.local;

import org.jspecify.annotations.NullMarked;
