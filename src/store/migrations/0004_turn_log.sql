-- Turns of the loop that are saved but not yet in the other tables: turn_log.h.
CREATE TABLE turns (
  number INTEGER PRIMARY KEY,                     -- In their order.
  body BLOB NOT NULL                              -- turn_codec.h.
) STRICT;
