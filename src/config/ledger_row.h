// One row of a ledger, field by field: each reader notes a fault and goes on.

#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/zone.h"
#include "config/ledger_table.h"

namespace shouwang::config {

class LedgerRow {
 public:
  LedgerRow(const LedgerTable& table, const LedgerTable::Line& line, const Zone& zone,
            std::vector<Fault>& faults)
      : table_(table), line_(line), zone_(zone), faults_(faults), is_sound_(!line.is_damaged) {}

  std::size_t line() const { return line_.line; }
  // False from the first fault on.
  bool is_sound() const { return is_sound_; }
  void fault(std::string what);

  // The field; empty if its column is left out.
  const std::string& text(std::string_view column) const;
  // The field, which must not be empty.
  const std::string& filled(std::string_view column);
  // A point in time; nothing (with a fault if it says something else) where the field is empty.
  std::optional<Instant> time(std::string_view column);
  // yes, 1, true, 是; no, 0, false, 否, or empty.
  bool flag(std::string_view column);
  // "09:00-17:30", "weekdays 09:00-17:30"; nothing where the field is empty.
  std::optional<DailyHours> hours(std::string_view column);
  // A whole number 1 .. 9999; `otherwise` where the field is empty.
  int number(std::string_view column, int otherwise);
  // A word by its table; `otherwise` where the field is empty.
  template <class T>
  T word(std::string_view column, T otherwise,
         const std::function<std::optional<T>(std::string_view)>& named,
         const std::string& allowed) {
    const std::string& written = text(column);
    if (written.empty()) return otherwise;
    if (const auto value = named(written)) return *value;
    fault("`" + written + "` in `" + std::string(column) + "` is not allowed; allowed: " + allowed);
    return otherwise;
  }

 private:
  const LedgerTable& table_;
  const LedgerTable::Line& line_;
  const Zone& zone_;
  std::vector<Fault>& faults_;
  bool is_sound_;
};

// Local time with the last midnight of a day as "24:00", or RFC 3339; what is wrong with it else.
struct LedgerTime {
  std::optional<Instant> at;
  std::string problem;
};
LedgerTime parse_ledger_time(std::string_view text, const Zone& zone);
// The shortest form that parse_ledger_time() reads as the same.
std::string format_ledger_time(Instant at, const Zone& zone);

std::optional<DailyHours> parse_hours(std::string_view text);
std::string format_hours(const DailyHours& hours);

}  // namespace shouwang::config
