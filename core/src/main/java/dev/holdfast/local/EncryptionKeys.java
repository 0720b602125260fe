package dev.holdfast.local;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The keys of an encrypted storage: one that encrypts, and older ones that still decrypt. To change
 * keys, name a new one and keep the old; every state is encrypted with the new one at its next
 * save. Immutable.
 *
 * <pre>{@code
 * EncryptionKeys.of("2026", newKey).and("2025", oldKey)
 * }</pre>
 */
public final class EncryptionKeys {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,40}");

  private final String current;
  private final Map<String, SecretKey> keys;

  private EncryptionKeys(String current, Map<String, SecretKey> keys) {
    this.current = current;
    this.keys = keys;
  }

  /**
   * The key that encrypts.
   *
   * @param id names it in what is stored: 1 to 40 letters, digits, {@code _} and {@code -}; never
   *     used for another key
   * @param key for AES, of 128, 192 or 256 bits. One key is good for 4 billion saves
   * @throws IllegalArgumentException if the id or the key is another
   */
  public static EncryptionKeys of(String id, SecretKey key) {
    return new EncryptionKeys(id, Map.of(checked(id), checked(id, key)));
  }

  /**
   * The same with an older key, which only decrypts.
   *
   * @throws IllegalArgumentException if there is a key with this id already, or as in {@link #of}
   */
  public EncryptionKeys and(String id, SecretKey older) {
    Map<String, SecretKey> all = new LinkedHashMap<>(keys);
    if (all.put(checked(id), checked(id, older)) != null) {
      throw new IllegalArgumentException("There are two keys with the id " + id);
    }
    return new EncryptionKeys(current, Map.copyOf(all));
  }

  private static String checked(String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "The id of a key is 1 to 40 letters, digits, \"_\" and \"-\", got \"" + id + "\"");
    }
    return id;
  }

  private static SecretKey checked(String id, SecretKey key) {
    byte[] bytes = key.getEncoded();
    boolean fits = bytes == null || bytes.length == 16 || bytes.length == 24 || bytes.length == 32;
    if (!key.getAlgorithm().equals("AES") || !fits) {
      throw new IllegalArgumentException(
          "The key %s is not one of AES with 128, 192 or 256 bits".formatted(id));
    }
    return key;
  }

  String current() {
    return current;
  }

  @Nullable SecretKey find(String id) {
    return keys.get(id);
  }

  /** The ids, never the keys. */
  @Override
  public String toString() {
    return "EncryptionKeys" + keys.keySet();
  }
}
