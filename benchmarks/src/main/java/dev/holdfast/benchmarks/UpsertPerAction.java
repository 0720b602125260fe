package dev.holdfast.benchmarks;

import java.nio.file.Path;
import java.sql.SQLException;

/**
 * What one writes by hand: one upsert and one commit for each action. One caller: SQLite has one
 * writer, and more of them only wait for each other.
 */
final class UpsertPerAction extends Callers {

  private final ProfileTable table;
  private final String[] ids;
  private final Profile[] profiles;

  UpsertPerAction(Path folder, int states, int bytes) throws SQLException {
    super(1, states, true);
    this.table = new ProfileTable(folder.resolve("upsert.db"));
    this.ids = Profile.ids(states);
    this.profiles = new Profile[states];
    for (int i = 0; i < states; i++) {
      Profile stored = table.load(ids[i]);
      profiles[i] = stored == null ? Profile.sized(bytes) : stored;
    }
  }

  @Override
  void act(int caller, int state) throws SQLException {
    Profile after = profiles[state].visited();
    table.save(ids[state], after);
    profiles[state] = after;
  }

  @Override
  long stored() throws SQLException {
    return table.visits();
  }

  @Override
  public void close() throws SQLException {
    table.close();
  }
}
