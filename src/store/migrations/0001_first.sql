-- The first schema. Never edit a migration that has been released: add the next number.
--
-- Times are milliseconds since 1970 UTC. Bodies are JSON (codec.h). What SQL must find has a
-- column of its own beside the body.

-- Ladders, each once: an incident keeps the one it began with, and they hardly ever change.
CREATE TABLE ladders (
  number INTEGER PRIMARY KEY,
  body TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE incidents (
  id TEXT PRIMARY KEY NOT NULL,
  community TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),  -- Counts the saves.
  raised_at INTEGER NOT NULL,
  closed_at INTEGER,                              -- NULL: open.
  household TEXT,                                 -- NULL: not in a home.
  cause TEXT,                                     -- NULL: not named yet.
  ladder INTEGER NOT NULL REFERENCES ladders (number),
  body TEXT NOT NULL
) STRICT;
CREATE INDEX incidents_open ON incidents (community, raised_at) WHERE closed_at IS NULL;
CREATE INDEX incidents_closed ON incidents (community, closed_at) WHERE closed_at IS NOT NULL;
CREATE INDEX incidents_raised ON incidents (community, raised_at);
CREATE INDEX incidents_household ON incidents (household) WHERE household IS NOT NULL;

-- Append-only. `facts` is a JSON list: name, value, name, value, ...
-- `hash` is SHA-256 over the hash before it and this line's canonical form (chain.h).
CREATE TABLE journal (
  number INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  community TEXT NOT NULL,
  incident TEXT NOT NULL,                         -- '': concerns none.
  actor TEXT NOT NULL,
  type TEXT NOT NULL,
  facts TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX journal_incident ON journal (incident) WHERE incident <> '';
CREATE INDEX journal_at ON journal (at);
CREATE TRIGGER journal_is_not_changed BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_is_not_deleted BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_has_no_gaps BEFORE INSERT ON journal
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM journal)
BEGIN SELECT RAISE(ABORT, 'journal numbers have no gaps'); END;

-- The words of parcels. Most people of an incident get the same ones.
CREATE TABLE parcel_texts (
  number INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
-- Parcels, live and finished; the finished ones are part of the incident's record.
CREATE TABLE parcels (
  key TEXT PRIMARY KEY NOT NULL,
  community TEXT NOT NULL,
  live INTEGER NOT NULL CHECK (live IN (0, 1)),
  text INTEGER NOT NULL REFERENCES parcel_texts (number),
  body TEXT NOT NULL
) STRICT;
CREATE INDEX parcels_live ON parcels (community) WHERE live = 1;
-- Incidents that a parcel is about besides the one its key begins with.
CREATE TABLE parcel_incidents (
  incident TEXT NOT NULL,
  parcel TEXT NOT NULL REFERENCES parcels (key),
  PRIMARY KEY (incident, parcel)
) STRICT, WITHOUT ROWID;

CREATE TABLE device_memories (
  community TEXT NOT NULL,
  device TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (community, device)
) STRICT, WITHOUT ROWID;

CREATE TABLE matters (
  community TEXT NOT NULL,
  id TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,                              -- NULL: open.
  body TEXT NOT NULL,
  PRIMARY KEY (community, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE dated_facts (
  number INTEGER PRIMARY KEY,
  community TEXT NOT NULL,
  subject TEXT NOT NULL,
  until INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX dated_facts_until ON dated_facts (community, until);

-- The office's ledgers, a row a line, in the order of the ledger.
CREATE TABLE records (
  community TEXT NOT NULL,
  part TEXT NOT NULL CHECK (
    part IN ('person', 'household', 'holding', 'shift', 'guarantee', 'equipment')),
  line INTEGER NOT NULL,
  id TEXT,                                        -- Of persons, households, equipment.
  household TEXT,                                 -- The home that the line is about.
  body TEXT NOT NULL,
  PRIMARY KEY (community, part, line)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX records_id ON records (community, part, id) WHERE id IS NOT NULL;
CREATE INDEX records_household ON records (community, household) WHERE household IS NOT NULL;

CREATE TABLE users (
  name TEXT PRIMARY KEY NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE phones (
  id TEXT PRIMARY KEY NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE secret_keys (
  purpose TEXT PRIMARY KEY NOT NULL,
  key BLOB NOT NULL CHECK (length(key) = 32)
) STRICT, WITHOUT ROWID;

-- Messages that nobody understood: the newest of each topic.
CREATE TABLE raw_messages (
  number INTEGER PRIMARY KEY,
  community TEXT NOT NULL,
  topic TEXT NOT NULL,
  at INTEGER NOT NULL,
  device TEXT NOT NULL,                           -- '': unknown.
  payload BLOB NOT NULL,
  problem TEXT NOT NULL
) STRICT;
CREATE INDEX raw_messages_topic ON raw_messages (community, topic);

-- When each device was last heard, and how often on each day (UTC, days since 1970).
CREATE TABLE last_seen (
  number INTEGER PRIMARY KEY,
  community TEXT NOT NULL,
  device TEXT NOT NULL,
  at INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  UNIQUE (community, device)
) STRICT;
CREATE TABLE seen_days (
  day INTEGER NOT NULL,
  device INTEGER NOT NULL REFERENCES last_seen (number),
  messages INTEGER NOT NULL,
  PRIMARY KEY (day, device)
) STRICT, WITHOUT ROWID;
