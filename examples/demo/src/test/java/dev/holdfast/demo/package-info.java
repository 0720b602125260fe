/** Tests of the demo: its modules alone, and the whole over real WebSockets. */
@NullMarked
package dev.holdfast.demo;

import org.jspecify.annotations.NullMarked;
