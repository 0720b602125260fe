package dev.holdfast.codec;

import java.util.AbstractSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.SequencedSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An unmodifiable set in the order of the one that it was copied from. */
final class FrozenSet<E extends @Nullable Object> extends AbstractSet<E>
    implements SequencedSet<E>, Frozen {

  private final SequencedSet<E> items;

  /** Takes the set over. */
  FrozenSet(SequencedSet<E> items) {
    this.items = Collections.unmodifiableSequencedSet(items);
  }

  @Override
  public Iterator<E> iterator() {
    return items.iterator();
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public boolean contains(@Nullable Object item) {
    return items.contains(item);
  }

  @Override
  public SequencedSet<E> reversed() {
    return items.reversed();
  }

  // Without these, a call that happens to change nothing would not be refused.

  @Override
  public boolean addAll(Collection<? extends E> more) {
    return items.addAll(more);
  }

  @Override
  public boolean remove(@Nullable Object item) {
    return items.remove(item);
  }

  @Override
  public boolean removeAll(Collection<?> some) {
    return items.removeAll(some);
  }

  @Override
  public boolean removeIf(Predicate<? super E> filter) {
    return items.removeIf(filter);
  }

  @Override
  public boolean retainAll(Collection<?> some) {
    return items.retainAll(some);
  }

  @Override
  public void clear() {
    items.clear();
  }
}
