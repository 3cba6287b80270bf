// The six golden tables of the reference community, byte for byte.

#pragma once

#include <string>
#include <vector>

#include "tools/reference/figures.h"

namespace shouwang::reference {

struct Table {
  std::string name;               // "households"
  std::vector<std::string> rows;  // Comma separated, without line feed.

  std::string text() const;  // Every row with a line feed; no header.
  // The first 16 hex digits of the SHA-256 of text().
  std::string hash() const;
};

// households, heads, neighbours, devices, relatives, rota (of the first 365 days).
std::vector<Table> tables(const Figures& figures);

}  // namespace shouwang::reference
