// Nineteen years of incidents in a real store: how large it becomes and of what, how long
// the oldest incident takes to open, and how long the gateway to start.

#pragma once

#include <string>

namespace shouwang::sim {

struct YearsOptions {
  std::string directory;  // For the store; what is there of an earlier run is removed.
  int days = 6940;        // 19 years.
  int a_day = 10;         // Incidents.
  bool keep = false;      // Leave the store behind.
};

// Prints what it finds. Returns an exit code: 1 if a limit of the requirement is passed.
int live_years(const YearsOptions& options);

}  // namespace shouwang::sim
