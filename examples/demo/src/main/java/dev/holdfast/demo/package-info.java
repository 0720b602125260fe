/**
 * Three modules that survive {@code kill -9}, and a page that shows it. Start at {@link
 * dev.holdfast.demo.Counter}; {@link dev.holdfast.demo.Demo} serves them.
 */
@NullMarked
package dev.holdfast.demo;

import org.jspecify.annotations.NullMarked;
