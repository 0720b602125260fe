package dev.holdfast;

/**
 * An action's id (law A6): a client's random name, and a number that rises with each of its
 * actions.
 *
 * @param client the name, with the session that it belongs to in front, so that no session can
 *     claim another's ids
 * @param number from 0
 */
record ActionId(String client, long number) {

  private static final int MAX_LENGTH = 64;
  private static final int MAX_DIGITS = 18;

  /**
   * Reads an id. One that does not end in a number is a client of its own with one action.
   *
   * @param owner the session's public id, or "" for the program itself
   */
  static ActionId parse(String owner, String id) {
    if (id.isEmpty() || id.length() > MAX_LENGTH || !isAllowed(id)) {
      throw new IllegalArgumentException(
          "An action id has 1 to 64 letters, digits, \"_\", \"-\", \":\" and \".\", such as"
              + " k3jx.17; got %d characters".formatted(id.length()));
    }
    int dot = id.lastIndexOf('.');
    return dot > 0 && isNumber(id, dot + 1)
        ? new ActionId(
            owner + "/" + id.substring(0, dot), Long.parseLong(id, dot + 1, id.length(), 10))
        : new ActionId(owner + "/" + id, 0);
  }

  private static boolean isAllowed(String id) {
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean mark = c == '_' || c == '-' || c == ':' || c == '.';
      if (!letter && !mark && !isDigit(c)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNumber(String id, int from) {
    int digits = id.length() - from;
    if (digits < 1 || digits > MAX_DIGITS) {
      return false;
    }
    for (int i = from; i < id.length(); i++) {
      if (!isDigit(id.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** The id of the ordinal-th action that a handler of this action dispatches. */
  ActionId nested(int ordinal) {
    return new ActionId(client + "/" + ordinal, number);
  }

  /** The same action on a session's row, where the ids of several modules meet. */
  ActionId on(String module) {
    return new ActionId(on(module, client), number);
  }

  static String on(String module, String client) {
    return module + ":" + client;
  }
}
