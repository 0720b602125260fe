-- A Holdfast store, schema version 1. Times are milliseconds since 1970; to read them:
--   SELECT module, scope, id, datetime(written_at / 1000, 'unixepoch'), content FROM state;
-- In module and id, control characters, unpaired surrogates and '%' itself are escaped with '%'.

CREATE TABLE holdfast_schema (
  version INTEGER NOT NULL
);

INSERT INTO holdfast_schema (version) VALUES (1);

CREATE TABLE state (
  module         TEXT    NOT NULL,
  scope          TEXT    NOT NULL, -- session, global or keyed
  id             TEXT    NOT NULL,
  incarnation    INTEGER NOT NULL, -- with revision: which write of which life of the key
  revision       INTEGER NOT NULL,
  writer         INTEGER NOT NULL, -- with sequence: who wrote it, and how far its changes go
  sequence       INTEGER NOT NULL,
  schema_version INTEGER NOT NULL, -- of the state inside
  written_at     INTEGER NOT NULL,
  due_at         INTEGER,          -- when to look at it again (expiry), or null
  content        TEXT,             -- JSON; null in a tombstone
  UNIQUE (module, scope, id)
);

CREATE INDEX state_due ON state (due_at) WHERE due_at IS NOT NULL;
