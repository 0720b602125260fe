/** Whole runs, side by side: what Holdfast does beside the bare store and beside code by hand. */
@NullMarked
package dev.holdfast.benchmarks;

import org.jspecify.annotations.NullMarked;
