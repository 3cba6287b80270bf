// Copies of the database that can be trusted, and the way back from one.

#pragma once

#include <string>

#include "base/result.h"
#include "store/store.h"

namespace shouwang::store {

class Database;

// Copies the database that `source` reads, as it is at this moment, to a new file, and checks the
// copy before it gets its name: a file at `path` is a good copy. `source` belongs to the calling
// thread; others may go on writing through connections of their own.
//
// Errors: invalid if `path` exists; io, disk_full; corrupt if the copy turns out bad (it is not
// kept then), or if the journal's chain is broken: such a copy is kept, it may be all there is.
Result<Done> copy_database(Database& source, const std::string& path);

// Whether the file is a sound database of ours: SQLite's own check, the schema, the journal's
// chain. Changes nothing. Errors: not_found, corrupt, invalid, newer_schema, io.
Result<ChainCheck> verify_copy(const std::string& path);

// Puts the copy in the place of the database at `path`: `shouwangctl backup --restore`. The copy
// is verified first; what stood there is kept as `<path>.before-restore-<n>`, whose name is
// returned (empty if there was nothing). A power cut at any moment leaves the old database or the
// new one in place, never none.
//
// Errors: locked while a daemon uses the database (nothing is changed); those of verify_copy;
// corrupt if the journal's chain is broken; io, disk_full.
Result<std::string> restore_database(const std::string& copy, const std::string& path);

}  // namespace shouwang::store
