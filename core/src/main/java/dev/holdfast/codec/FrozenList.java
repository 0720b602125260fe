package dev.holdfast.codec;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.RandomAccess;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An unmodifiable list, which unlike {@code List.copyOf} allows null. */
final class FrozenList<E extends @Nullable Object> extends AbstractList<E>
    implements RandomAccess, Frozen {

  private final List<E> items;

  /** Takes the array over. */
  FrozenList(E[] items) {
    this.items = Collections.unmodifiableList(Arrays.asList(items));
  }

  @Override
  public E get(int index) {
    return items.get(index);
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public @Nullable Object[] toArray() {
    return items.toArray();
  }

  @Override
  public Iterator<E> iterator() {
    return items.iterator();
  }

  @Override
  public ListIterator<E> listIterator(int index) {
    return items.listIterator(index);
  }

  @Override
  public List<E> subList(int from, int to) {
    return items.subList(from, to);
  }

  // Without these, a call that happens to change nothing would not be refused.

  @Override
  public boolean addAll(Collection<? extends E> more) {
    return items.addAll(more);
  }

  @Override
  public boolean addAll(int index, Collection<? extends E> more) {
    return items.addAll(index, more);
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

  @Override
  public void replaceAll(UnaryOperator<E> change) {
    items.replaceAll(change);
  }

  @Override
  public void sort(@Nullable Comparator<? super E> order) {
    items.sort(order);
  }
}
