/**
 * State that outlives reloads, lost connections, crashes and deploys.
 *
 * <p>Start at {@link dev.holdfast.StateModule}, which defines what the state is and what may happen
 * to it; {@link dev.holdfast.Holdfast} brings modules and a store together; {@link
 * dev.holdfast.StateRef} is the handle on one live instance.
 */
@NullMarked
package dev.holdfast;

import org.jspecify.annotations.NullMarked;
