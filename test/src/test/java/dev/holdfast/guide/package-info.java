/** The programs that the guide shows. */
@NullMarked
package dev.holdfast.guide;

import org.jspecify.annotations.NullMarked;
