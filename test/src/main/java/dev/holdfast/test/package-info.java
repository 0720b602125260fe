/**
 * Tools for testing. The author of a store extends {@link dev.holdfast.test.StateStoreContract};
 * who tests a program on Holdfast gives it a {@link dev.holdfast.test.ManualClock} and, to see what
 * it does when the store fails, a {@link dev.holdfast.test.FaultyStateStore}.
 */
@NullMarked
package dev.holdfast.test;

import org.jspecify.annotations.NullMarked;
