/**
 * Where records live: the interface that every store implements, and the values it speaks in.
 *
 * <p>Start at {@link dev.holdfast.store.StateStore}. A store of your own extends the published
 * suite {@code dev.holdfast.test.StateStoreContract}; a plain key-value client needs no more than
 * {@link dev.holdfast.store.StateStore#of(KeyValueStore)}.
 */
@NullMarked
package dev.holdfast.store;

import org.jspecify.annotations.NullMarked;
