/** The embedded store: one SQLite file. */
module dev.holdfast.sqlite {
  requires transitive dev.holdfast;
  requires java.sql;
  requires org.slf4j;
  requires org.xerial.sqlitejdbc;
  requires static transitive org.jspecify;

  exports dev.holdfast.sqlite;
}
