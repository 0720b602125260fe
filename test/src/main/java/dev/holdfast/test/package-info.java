/**
 * Tools for testing. Who tests a program on Holdfast starts at {@link
 * dev.holdfast.test.HoldfastExtension}: a runtime for each test, on a {@link
 * dev.holdfast.test.ManualClock} and a {@link dev.holdfast.test.FaultyStateStore}. The author of a
 * store extends {@link dev.holdfast.test.StateStoreContract}.
 */
@NullMarked
package dev.holdfast.test;

import org.jspecify.annotations.NullMarked;
