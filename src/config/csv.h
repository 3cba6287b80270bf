// Comma-separated tables (RFC 4180) by columns with names: devices and ledgers.
//
// The first line names the columns, in any order. A byte-order mark is allowed, blank lines are
// passed over, a quoted field may hold commas and quotes.

#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/fault.h"

namespace shouwang::config {

struct Row {
  std::size_t line = 0;             // Where it begins in the file.
  std::vector<std::string> fields;  // As many as the table has columns.
};

struct Column {
  std::string_view name;
  bool is_needed = true;  // Otherwise the whole column may be left out; its fields are empty then.
};

struct CsvTable {
  std::string file;
  bool is_readable = false;            // False: the file as a whole is unusable; see the faults.
  std::vector<std::string> header;     // As written.
  std::vector<Row> rows;               // Fields in the order of `columns`; damaged rows are not in.
  std::vector<std::size_t> bad_lines;  // Of rows that are not in.
};

// Reads `text`, with a fault for every line that does not fit: what the file is if it is no
// such table at all, quotes left open, too many or too few fields, columns unknown, missing or
// there twice.
CsvTable read_csv(std::string_view text, std::string file, std::span<const Column> columns,
                  std::vector<Fault>& faults);

// The fields as one line, quoted where needed, with a line feed.
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace shouwang::config
