// One thing that is wrong with the configuration or a ledger, and where.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace shouwang::config {

struct Fault {
  std::string file;        // Relative to the directory that was read.
  std::size_t line = 0;    // 1..; 0: the file as a whole.
  std::size_t column = 0;  // 1..; 0: the line as a whole.
  std::string what;        // "unknown key `brokr`; allowed: broker, store, web, log, ..."

  friend bool operator==(const Fault&, const Fault&) = default;
};

// "communities/changshan/community.yaml:12:5: what is wrong, what is allowed". Line and column
// are left out where they are 0.
std::string format(const Fault& fault);

// Orders by file, line, column; equal faults once; bytes that were quoted and are no text become
// U+FFFD, for a fault is shown, logged and sent as JSON.
void put_in_order(std::vector<Fault>& faults);

}  // namespace shouwang::config
