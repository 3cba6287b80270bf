#include "config/fault.h"

#include <algorithm>
#include <tuple>

#include "base/utf8.h"

namespace shouwang::config {

std::string format(const Fault& fault) {
  std::string text = fault.file;
  if (fault.line > 0) text += ":" + std::to_string(fault.line);
  if (fault.column > 0) text += ":" + std::to_string(fault.column);
  return text + ": " + fault.what;
}

void put_in_order(std::vector<Fault>& faults) {
  for (Fault& fault : faults) {
    fault.file = printable(fault.file);
    fault.what = printable(fault.what);
  }
  std::ranges::stable_sort(faults, {}, [](const Fault& fault) {
    return std::tie(fault.file, fault.line, fault.column);
  });
  faults.erase(std::unique(faults.begin(), faults.end()), faults.end());
}

}  // namespace shouwang::config
