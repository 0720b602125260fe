package dev.holdfast.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sessions of Spring Session JDBC on SQLite, with its own schema for it. An action is a request's
 * work on its session: find it, change an attribute, save it.
 */
final class SpringSessions extends Callers {

  private static final String ATTRIBUTE = "profile";

  private final SingleConnectionDataSource connection;
  private final JdbcTemplate jdbc;
  private final SessionRepository<? extends Session> sessions;
  private final String[] ids;

  SpringSessions(Path folder, int states, int bytes) {
    super(1, states, true);
    Path file = folder.resolve("spring.db");
    boolean isNew = !Files.exists(file);
    this.connection = new SingleConnectionDataSource(ProfileTable.url(file), true);
    this.jdbc = new JdbcTemplate(connection);
    if (isNew) {
      new ResourceDatabasePopulator(
              new ClassPathResource("org/springframework/session/jdbc/schema-sqlite.sql"))
          .execute(connection);
    }
    this.sessions =
        new JdbcIndexedSessionRepository(
            jdbc, new TransactionTemplate(new DataSourceTransactionManager(connection)));
    this.ids = new String[states];
    if (isNew) {
      for (int i = 0; i < states; i++) {
        ids[i] = create(sessions, Profile.sized(bytes));
      }
    }
  }

  private static <S extends Session> String create(SessionRepository<S> sessions, Profile first) {
    S session = sessions.createSession();
    session.setAttribute(ATTRIBUTE, first);
    sessions.save(session);
    return session.getId();
  }

  @Override
  void act(int caller, int state) {
    visit(sessions, ids[state]);
  }

  private static <S extends Session> void visit(SessionRepository<S> sessions, String id) {
    S session = Objects.requireNonNull(sessions.findById(id));
    Profile profile = session.getRequiredAttribute(ATTRIBUTE);
    session.setLastAccessedTime(Instant.now());
    session.setAttribute(ATTRIBUTE, profile.visited());
    sessions.save(session);
  }

  @Override
  long stored() {
    return jdbc.queryForList("SELECT SESSION_ID FROM SPRING_SESSION", String.class).stream()
        .map(id -> Objects.requireNonNull(sessions.findById(id)))
        .mapToLong(session -> session.<Profile>getRequiredAttribute(ATTRIBUTE).visits())
        .sum();
  }

  @Override
  public void close() {
    connection.destroy();
  }
}
