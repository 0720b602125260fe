package dev.holdfast.save;

import dev.holdfast.store.StateKey;
import java.time.Instant;

/**
 * A state that could not be saved although its store saves others. It stays to be saved and is
 * tried again.
 *
 * @param key its key
 * @param reason for people, without the content
 * @param since when it was first seen
 */
public record Trouble(StateKey key, String reason, Instant since) {}
