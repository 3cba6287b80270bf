-- When the latest turn of the loop was saved that no line of the journal and no beat is as late as:
-- of a rehearsal, say. A clock that boots in 1970 must not run before it.
CREATE TABLE latest_turn (
  one INTEGER PRIMARY KEY CHECK (one = 1),        -- There is one row.
  at INTEGER NOT NULL
) STRICT;
