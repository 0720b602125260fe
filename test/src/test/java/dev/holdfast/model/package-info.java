/**
 * Random histories against a model: clients, runtimes, one store and everything that can go wrong
 * with them, on a schedule drawn from a seed. Start with {@link dev.holdfast.model.World}, which
 * lets things happen, and {@link dev.holdfast.model.Judge}, which knows what must not.
 */
@NullMarked
package dev.holdfast.model;

import org.jspecify.annotations.NullMarked;
