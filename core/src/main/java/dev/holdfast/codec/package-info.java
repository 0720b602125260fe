/**
 * State as JSON and back: what can be kept, how a record is merged over defaults, how two states
 * differ. Start at {@link dev.holdfast.codec.StateCodec}.
 */
@NullMarked
package dev.holdfast.codec;

import org.jspecify.annotations.NullMarked;
