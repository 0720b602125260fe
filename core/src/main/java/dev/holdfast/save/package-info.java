/**
 * When and how changes reach the store: the policy that a module chooses, and the saver that writes
 * the newest state of many keys in one commit.
 */
@NullMarked
package dev.holdfast.save;

import org.jspecify.annotations.NullMarked;
