-- What is seldom read becomes blocks: packed (block.h), a tenth as large (R-40).

-- Lines of the journal, each block up to where the next one begins; the newest stay in `journal`.
CREATE TABLE journal_blocks (
  first INTEGER PRIMARY KEY,                      -- Number of its first line...
  last INTEGER NOT NULL CHECK (last >= first),    -- ... and of its last.
  earliest INTEGER NOT NULL,                      -- The least and the greatest time of a line.
  latest INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),   -- Of the last line; the others' follow from it.
  lines BLOB NOT NULL                             -- Packed: a netstring a line (chain.h).
) STRICT;
CREATE INDEX journal_blocks_times ON journal_blocks (first, last, earliest, latest);
CREATE TABLE journal_block_incidents (
  incident TEXT NOT NULL,
  first INTEGER NOT NULL,
  PRIMARY KEY (incident, first)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER journal_blocks_are_not_changed BEFORE UPDATE ON journal_blocks
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_blocks_are_not_deleted BEFORE DELETE ON journal_blocks
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_blocks_hold_the_next_lines BEFORE INSERT ON journal_blocks
WHEN NEW.first IS NOT
       coalesce((SELECT last FROM journal_blocks ORDER BY first DESC LIMIT 1), 0) + 1
  OR NEW.hash IS NOT (SELECT hash FROM journal WHERE number = NEW.last)
BEGIN SELECT RAISE(ABORT, 'a block holds the next lines of the journal'); END;

-- Only a line that is in a block may go.
DROP TRIGGER journal_is_not_deleted;
CREATE TRIGGER journal_is_not_deleted BEFORE DELETE ON journal
WHEN OLD.number > coalesce((SELECT last FROM journal_blocks ORDER BY first DESC LIMIT 1), 0)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
DROP TRIGGER journal_has_no_gaps;
CREATE TRIGGER journal_has_no_gaps BEFORE INSERT ON journal
WHEN NEW.number IS NOT coalesce(
    (SELECT max(number) FROM journal),
    (SELECT last FROM journal_blocks ORDER BY first DESC LIMIT 1), 0) + 1
BEGIN SELECT RAISE(ABORT, 'journal numbers have no gaps'); END;

-- Few lines are left to search by time.
DROP INDEX journal_at;

-- Parcels of what has long been over, by what their keys begin with.
CREATE TABLE parcel_blocks (
  home TEXT PRIMARY KEY NOT NULL,                 -- 'i1.' for 'i1.00001': parcel_table.h.
  parcels BLOB NOT NULL                           -- Packed: key, JSON, title, body, links of each.
) STRICT;
-- As parcel_incidents, for parcels in blocks.
CREATE TABLE parcel_block_incidents (
  incident TEXT NOT NULL,
  home TEXT NOT NULL,
  PRIMARY KEY (incident, home)
) STRICT, WITHOUT ROWID;

-- The same tables as before without references: a parcel that becomes part of a block leaves its row.
CREATE TABLE links (
  incident TEXT NOT NULL,
  parcel TEXT NOT NULL,
  PRIMARY KEY (incident, parcel)
) STRICT, WITHOUT ROWID;
INSERT INTO links SELECT incident, parcel FROM parcel_incidents;
DROP TABLE parcel_incidents;
ALTER TABLE links RENAME TO parcel_incidents;

CREATE TABLE loose (
  key TEXT PRIMARY KEY NOT NULL,
  community TEXT NOT NULL,
  live INTEGER NOT NULL CHECK (live IN (0, 1)),
  text INTEGER NOT NULL,                          -- Its row in parcel_texts.
  body TEXT NOT NULL
) STRICT;
INSERT INTO loose SELECT key, community, live, text, body FROM parcels;
DROP TABLE parcels;
ALTER TABLE loose RENAME TO parcels;
