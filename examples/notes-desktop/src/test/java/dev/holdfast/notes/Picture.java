package dev.holdfast.notes;

import dev.holdfast.local.LocalState;
import dev.holdfast.local.Storage;
import java.awt.Robot;
import java.io.File;
import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import javax.swing.SwingUtilities;

/**
 * Takes the picture of the window that the guide shows. Argument: the file. See {@code
 * build/tools/picture-notes}.
 */
final class Picture {

  private Picture() {}

  public static void main(String[] args) throws Exception {
    Storage storage = Storage.inFolder(Files.createTempDirectory("notes"));
    LocalState<Desk> before = Notes.desk(storage);
    before.update(
        d ->
            d.withText(
                    """
                    Shopping
                    - bread, milk, coffee

                    This text was typed in an earlier run of the program. \
                    It came back by itself, and so did the window: its size, and its place.
                    """)
                .withWindow(new Desk.Window(20, 20, 560, 300)));
    before.dispose();

    LocalState<Desk> desk = Notes.desk(storage);
    CompletableFuture<NotesWindow> shown = new CompletableFuture<>();
    SwingUtilities.invokeLater(
        () -> {
          NotesWindow window = new NotesWindow(desk);
          window.frame().setVisible(true);
          shown.complete(window);
        });
    Robot robot = new Robot();
    robot.setAutoWaitForIdle(true);
    NotesWindow window = shown.get();
    robot.waitForIdle();
    robot.delay(1_000);
    ImageIO.write(robot.createScreenCapture(window.frame().getBounds()), "png", new File(args[0]));
    SwingUtilities.invokeAndWait(window.frame()::dispose);
    desk.dispose();
    System.exit(0);
  }
}
