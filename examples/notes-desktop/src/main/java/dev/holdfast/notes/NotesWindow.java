package dev.holdfast.notes;

import dev.holdfast.local.LocalState;
import java.awt.BorderLayout;
import java.awt.Font;
import java.awt.event.ComponentAdapter;
import java.awt.event.ComponentEvent;
import javax.swing.BorderFactory;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.JScrollPane;
import javax.swing.JTextArea;
import javax.swing.SwingUtilities;
import javax.swing.event.DocumentEvent;
import javax.swing.event.DocumentListener;

/**
 * The window: shows the state, and says what the user does to it. For Swing's thread. A second
 * program with the same notes shows what is typed in this one.
 */
final class NotesWindow {

  private final LocalState<Desk> desk;
  private final JFrame frame = new JFrame("Notes");
  private final JTextArea text = new JTextArea();
  private final JLabel words = new JLabel();

  /** Whether the text changes because the state has. */
  private boolean showing;

  NotesWindow(LocalState<Desk> desk) {
    this.desk = desk;
    text.setLineWrap(true);
    text.setWrapStyleWord(true);
    text.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 16));
    text.setBorder(BorderFactory.createEmptyBorder(12, 14, 12, 14));
    words.setBorder(BorderFactory.createEmptyBorder(6, 14, 6, 14));
    frame.add(new JScrollPane(text), BorderLayout.CENTER);
    frame.add(words, BorderLayout.SOUTH);
    frame.setDefaultCloseOperation(JFrame.DISPOSE_ON_CLOSE);
    frame.setBounds(desk.state().window().bounds());
    show(desk.state());
    listen();
  }

  private void listen() {
    text.getDocument().addDocumentListener(new Typing());
    frame.addComponentListener(new Moving());
    var unused = desk.subscribe(now -> SwingUtilities.invokeLater(() -> show(desk.state())));
  }

  private void show(Desk now) {
    words.setText(now.words() + " words");
    if (!text.getText().equals(now.text())) {
      showing = true;
      text.setText(now.text());
      showing = false;
    }
  }

  JFrame frame() {
    return frame;
  }

  JTextArea text() {
    return text;
  }

  /** Says what is typed. */
  private final class Typing implements DocumentListener {
    @Override
    public void insertUpdate(DocumentEvent event) {
      changed();
    }

    @Override
    public void removeUpdate(DocumentEvent event) {
      changed();
    }

    @Override
    public void changedUpdate(DocumentEvent event) {
      // Only the looks have changed.
    }

    private void changed() {
      if (!showing) {
        String typed = text.getText();
        desk.update(d -> d.withText(typed));
      }
    }
  }

  /** Says where the window is. */
  private final class Moving extends ComponentAdapter {
    @Override
    public void componentMoved(ComponentEvent event) {
      moved();
    }

    @Override
    public void componentResized(ComponentEvent event) {
      moved();
    }

    private void moved() {
      Desk.Window now = Desk.Window.of(frame.getBounds());
      desk.update(d -> d.withWindow(now));
    }
  }
}
