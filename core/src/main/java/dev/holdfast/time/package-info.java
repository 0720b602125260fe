/** Time as an input: the clock and the timer that everything else is given. */
@NullMarked
package dev.holdfast.time;

import org.jspecify.annotations.NullMarked;
