package dev.holdfast.notes;

import java.awt.Rectangle;

/** What the window remembers. */
record Desk(String text, Window window) {

  static final Desk NEW = new Desk("", new Window(120, 80, 520, 360));

  record Window(int x, int y, int width, int height) {
    static Window of(Rectangle bounds) {
      return new Window(bounds.x, bounds.y, bounds.width, bounds.height);
    }

    Rectangle bounds() {
      return new Rectangle(x, y, width, height);
    }
  }

  Desk withText(String to) {
    return new Desk(to, window);
  }

  Desk withWindow(Window to) {
    return new Desk(text, to);
  }

  /** Computed, so never stored. */
  int words() {
    return text.isBlank() ? 0 : text.strip().split("\\s+").length;
  }
}
