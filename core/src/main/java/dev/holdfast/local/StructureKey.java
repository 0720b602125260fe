package dev.holdfast.local;

import dev.holdfast.codec.StateCodec;
import dev.holdfast.codec.TypeRef;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A key made of a type's shape: the names and types of what is stored of it, at every depth. The
 * same on every machine, in every run, for every order of the fields, and for two types of one
 * shape. Any other shape has another key: <b>a field added, removed, renamed or given another type
 * makes a new key</b>, under which nothing is stored yet.
 */
public final class StructureKey {

  private static final int BYTES = 12;

  private StructureKey() {}

  /**
   * The key of a type.
   *
   * @throws IllegalArgumentException if states of the type cannot be kept, naming the field
   */
  public static String of(Class<?> type) {
    return of((Type) type);
  }

  /** The key of a generic type. */
  public static String of(TypeRef<?> type) {
    return of(type.type());
  }

  static String of(Type type) {
    try {
      byte[] structure = StateCodec.structure(type).getBytes(StandardCharsets.UTF_8);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(structure);
      return "state-" + HexFormat.of().formatHex(hash, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
