package dev.holdfast.codec;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A place in a JSON value (RFC 6901). Its text is made only where it is needed. */
final class Pointer {

  /** The whole value. */
  static final Pointer ROOT = new Pointer(null, "", 0);

  /** Quotes, colon and comma. */
  private static final int NAMED = 4;

  /** The comma. */
  private static final int LISTED = 1;

  private final @Nullable Pointer parent;
  private final String token;
  private final int naming;

  private Pointer(@Nullable Pointer parent, String token, int naming) {
    this.parent = parent;
    this.token = token;
    this.naming = naming;
  }

  Pointer member(String name) {
    return new Pointer(this, name, name.length() + NAMED);
  }

  Pointer element(int index) {
    return new Pointer(this, Integer.toString(index), LISTED);
  }

  /** How many bytes stand around what is here in its container, about. */
  int naming() {
    return naming;
  }

  @Override
  public String toString() {
    Deque<String> tokens = new ArrayDeque<>();
    for (Pointer at = this; at.parent != null; at = at.parent) {
      tokens.push(at.token);
    }
    StringBuilder text = new StringBuilder();
    tokens.forEach(t -> text.append('/').append(t.replace("~", "~0").replace("/", "~1")));
    return text.toString();
  }
}
