package dev.holdfast.notes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.holdfast.local.LocalState;
import dev.holdfast.local.Storage;
import java.awt.GraphicsEnvironment;
import java.awt.Rectangle;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.swing.SwingUtilities;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotesTest {

  @TempDir Path dir;

  @Test
  void theDeskOutlivesTheProgram() {
    LocalState<Desk> first = Notes.desk(Storage.inFolder(dir));
    first.update(d -> d.withText("one two three").withWindow(new Desk.Window(5, 6, 300, 200)));
    first.dispose();
    LocalState<Desk> second = Notes.desk(Storage.inFolder(dir));
    assertThat(second.state())
        .isEqualTo(new Desk("one two three", new Desk.Window(5, 6, 300, 200)));
    assertThat(second.state().words()).isEqualTo(3);
    second.dispose();
  }

  @Test
  void aWindowRemembersItsTextSizeAndPlace() throws Exception {
    assumeDisplay();
    withWindow(
        window -> {
          window.text().setText("remember me");
          window.frame().setBounds(50, 60, 410, 290);
          return true;
        });
    Rectangle bounds = withWindow(window -> window.frame().getBounds());
    assertThat(bounds).isEqualTo(new Rectangle(50, 60, 410, 290));
    assertThat(this.<String>withWindow(window -> window.text().getText())).isEqualTo("remember me");
  }

  /** Skips, unless this is the gate: there a missing display is a failure. */
  private static void assumeDisplay() {
    boolean missing = GraphicsEnvironment.isHeadless();
    assertThat(missing && "true".equals(System.getenv("CI"))).as("no display").isFalse();
    assumeFalse(missing, "no display: run with xvfb-run");
  }

  /** Opens the window, does something on Swing's thread, and ends the program. */
  private <T> T withWindow(Function<NotesWindow, T> task) throws Exception {
    LocalState<Desk> desk = Notes.desk(Storage.inFolder(dir));
    CompletableFuture<NotesWindow> shown = new CompletableFuture<>();
    SwingUtilities.invokeLater(
        () -> {
          NotesWindow window = new NotesWindow(desk);
          window.frame().setVisible(true);
          shown.complete(window);
        });
    NotesWindow window = shown.get(20, TimeUnit.SECONDS);
    CompletableFuture<T> done = new CompletableFuture<>();
    SwingUtilities.invokeLater(() -> done.complete(task.apply(window)));
    T result = done.get(20, TimeUnit.SECONDS);
    SwingUtilities.invokeAndWait(() -> {}); // What the task has caused is over.
    SwingUtilities.invokeAndWait(window.frame()::dispose);
    desk.dispose();
    return result;
  }
}
