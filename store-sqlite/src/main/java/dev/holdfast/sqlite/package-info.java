/**
 * The embedded store: one SQLite file that outlives the process and that {@code sqlite3} can read
 * meanwhile. Start at {@link dev.holdfast.sqlite.SqliteStateStore}.
 */
@NullMarked
package dev.holdfast.sqlite;

import org.jspecify.annotations.NullMarked;
