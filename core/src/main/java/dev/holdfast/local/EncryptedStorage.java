package dev.holdfast.local;

import dev.holdfast.Subscription;
import dev.holdfast.store.StateStoreException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * A storage whose texts are AES-GCM: {@code holdfast-aes1 <key id> <nonce> <text and tag>}, the
 * last two in base64. The header and the item's key are authenticated with the text, so a text that
 * was moved to another key is refused. Has the abilities of the storage inside.
 */
final class EncryptedStorage implements ConditionalStorage, WatchedStorage, UsableStorage {

  private static final String FORMAT = "holdfast-aes1";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Storage inside;
  private final EncryptionKeys keys;

  EncryptedStorage(Storage inside, EncryptionKeys keys) {
    this.inside = Objects.requireNonNull(inside, "inside");
    this.keys = Objects.requireNonNull(keys, "keys");
  }

  Storage inside() {
    return inside;
  }

  @Override
  public @Nullable String getItem(String key) {
    return opened(key, inside.getItem(key));
  }

  @Override
  public void setItem(String key, String value) {
    inside.setItem(key, sealed(key, value));
  }

  @Override
  public boolean replaceItem(String key, @Nullable String expected, String value) {
    String present = inside.getItem(key);
    if (!Objects.equals(opened(key, present), expected)) {
      return false;
    }
    if (inside instanceof ConditionalStorage conditional) {
      return conditional.replaceItem(key, present, sealed(key, value));
    }
    inside.setItem(key, sealed(key, value));
    return true;
  }

  private String sealed(String key, String text) {
    String id = keys.current();
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, secret(key, id), nonce, key, id);
      byte[] content = cipher.doFinal(text.getBytes(StandardCharsets.UTF_8));
      Base64.Encoder base64 = Base64.getEncoder();
      return String.join(
          " ", FORMAT, id, base64.encodeToString(nonce), base64.encodeToString(content));
    } catch (GeneralSecurityException e) {
      throw new StateStoreException(
          "The item \"%s\" cannot be encrypted with the key %s".formatted(key, id), e);
    }
  }

  private @Nullable String opened(String key, @Nullable String text) {
    if (text == null) {
      return null;
    }
    String[] parts = text.strip().split(" ", -1);
    if (parts.length != 4 || !parts[0].equals(FORMAT)) {
      throw new StateStoreException(
          "The item \"%s\" is not encrypted as %s; it was left as it is".formatted(key, FORMAT));
    }
    try {
      byte[] nonce = Base64.getDecoder().decode(parts[2]);
      byte[] content = Base64.getDecoder().decode(parts[3]);
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, secret(key, parts[1]), nonce, key, parts[1]);
      return new String(cipher.doFinal(content), StandardCharsets.UTF_8);
    } catch (AEADBadTagException e) {
      throw new StateStoreException(
          "The item \"%s\" was changed, moved, or encrypted with another key than %s; it was left as it is"
              .formatted(key, parts[1]),
          e);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new StateStoreException(
          "The item \"%s\" cannot be decrypted; it was left as it is".formatted(key), e);
    }
  }

  private SecretKey secret(String key, String id) {
    SecretKey secret = keys.find(id);
    if (secret == null) {
      throw new StateStoreException(
          "The item \"%s\" is encrypted with a key that is not among %s; it was left as it is"
              .formatted(key, keys));
    }
    return secret;
  }

  private static Cipher cipher(int mode, SecretKey secret, byte[] nonce, String key, String id)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, secret, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD((FORMAT + " " + id + " " + key).getBytes(StandardCharsets.UTF_16BE));
    return cipher;
  }

  @Override
  public Subscription watchItem(String key, Runnable task) {
    return inside instanceof WatchedStorage watched ? watched.watchItem(key, task) : () -> {};
  }

  @Override
  public void check() {
    if (inside instanceof UsableStorage usable) {
      usable.check();
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EncryptedStorage that && inside.equals(that.inside);
  }

  @Override
  public int hashCode() {
    return inside.hashCode();
  }

  @Override
  public String toString() {
    return inside + " (encrypted)";
  }
}
