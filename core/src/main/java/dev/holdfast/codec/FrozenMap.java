package dev.holdfast.codec;

import java.util.AbstractMap;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An unmodifiable map in the order of the one that it was copied from. */
final class FrozenMap<K extends @Nullable Object, V extends @Nullable Object>
    extends AbstractMap<K, V> implements SequencedMap<K, V>, Frozen {

  private final SequencedMap<K, V> entries;

  /** Takes the map over. */
  FrozenMap(SequencedMap<K, V> entries) {
    this.entries = Collections.unmodifiableSequencedMap(entries);
  }

  @Override
  public Set<Entry<K, V>> entrySet() {
    return entries.entrySet();
  }

  @Override
  public @Nullable V get(@Nullable Object key) {
    return entries.get(key);
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return entries.containsKey(key);
  }

  @Override
  public int size() {
    return entries.size();
  }

  @Override
  public SequencedMap<K, V> reversed() {
    return entries.reversed();
  }

  // Without these, a call that happens to change nothing would not be refused.

  @Override
  public void putAll(Map<? extends K, ? extends V> more) {
    entries.putAll(more);
  }

  @Override
  public @Nullable V remove(@Nullable Object key) {
    return entries.remove(key);
  }

  @Override
  public void clear() {
    entries.clear();
  }

  @Override
  public Set<K> keySet() {
    return entries.keySet();
  }

  @Override
  public Collection<V> values() {
    return entries.values();
  }

  @Override
  public @Nullable V putIfAbsent(K key, V value) {
    return entries.putIfAbsent(key, value);
  }

  @Override
  public boolean remove(@Nullable Object key, @Nullable Object value) {
    return entries.remove(key, value);
  }

  @Override
  public @Nullable V replace(K key, V value) {
    return entries.replace(key, value);
  }

  @Override
  public boolean replace(K key, V old, V value) {
    return entries.replace(key, old, value);
  }

  @Override
  public void replaceAll(BiFunction<? super K, ? super V, ? extends V> change) {
    entries.replaceAll(change);
  }

  @Override
  public V computeIfAbsent(K key, Function<? super K, ? extends V> make) {
    throw new UnsupportedOperationException();
  }

  @Override
  public V computeIfPresent(K key, BiFunction<? super K, ? super V, ? extends V> change) {
    throw new UnsupportedOperationException();
  }

  @Override
  public V compute(K key, BiFunction<? super K, ? super V, ? extends V> change) {
    throw new UnsupportedOperationException();
  }

  @Override
  public V merge(K key, V value, BiFunction<? super V, ? super V, ? extends V> change) {
    throw new UnsupportedOperationException();
  }
}
