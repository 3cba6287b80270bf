// One ledger as rows of clean fields, before anybody asks what they mean.
//
// Refused here, whatever the ledger: malformed UTF-8, U+FFFD, control characters, a `?` where a
// digit was lost, full-width digits (unless they are to be narrowed), and rows that are there
// twice.

#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/csv.h"
#include "config/fault.h"

namespace shouwang::config {

enum class Holds {
  code,     // An id, a number, a time, a word of ours: digits matter.
  address,  // Ways to reach a person: digits matter; `?` is for whoever knows the channel.
  text,     // Free text: kept byte for byte.
};

struct LedgerColumn {
  std::string_view name;
  Holds holds = Holds::code;
  bool is_needed = false;  // Its column must be there; the field may still be empty.
};

struct LedgerTable {
  std::string file;
  std::vector<std::string_view> columns;
  struct Line {
    std::size_t line = 0;
    std::vector<std::string> fields;  // In the order of `columns`.
    bool is_damaged = false;          // A fault was noted; its fields may still name an id.
  };
  std::vector<Line> lines;           // Without repeated ones.
  std::vector<std::size_t> refused;  // Lines that are not in `lines`.
  std::size_t rows = 0;              // All that were in the file.
  bool is_readable = false;          // False: it is no table with these columns; see the faults.
};

struct LedgerForm {
  std::string file;
  std::span<const LedgerColumn> columns;
  bool narrow_digits = false;
};

// Notes faults, and warnings about mixed scripts.
LedgerTable read_ledger(std::string_view text, const LedgerForm& form, std::vector<Fault>& faults,
                        std::vector<Fault>& warnings);

// Full-width ASCII (U+FF01 .. U+FF5E, U+3000) as ordinary ASCII; everything else as it is.
std::string narrowed(std::string_view text);

}  // namespace shouwang::config
