package dev.holdfast.codec;

/** A collection that the {@link Freezer} made: unmodifiable at every depth. */
sealed interface Frozen permits FrozenList, FrozenMap, FrozenSet {}
