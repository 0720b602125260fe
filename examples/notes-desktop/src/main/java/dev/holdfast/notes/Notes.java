package dev.holdfast.notes;

import dev.holdfast.local.LocalState;
import dev.holdfast.local.Storage;
import java.nio.file.Path;
import javax.swing.SwingUtilities;

/**
 * Notes in a window that remembers its text, size and place: {@code java -jar notes.jar [folder]}.
 * What is typed is saved half a second later at the latest, and when the program ends.
 */
final class Notes {

  private Notes() {}

  static LocalState<Desk> desk(Storage storage) {
    return LocalState.define(Desk.NEW, o -> o.persist(p -> p.key("notes").storage(storage)));
  }

  public static void main(String[] args) {
    Storage storage =
        args.length == 0 ? Storage.forApp("holdfast-notes") : Storage.inFolder(Path.of(args[0]));
    LocalState<Desk> desk = desk(storage);
    SwingUtilities.invokeLater(() -> new NotesWindow(desk).frame().setVisible(true));
  }
}
