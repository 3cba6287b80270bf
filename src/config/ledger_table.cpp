#include "config/ledger_table.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/utf8.h"
#include "config/script.h"

namespace shouwang::config {
namespace {

using Line = LedgerTable::Line;

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

bool has_control(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool has_full_width_digit(std::string_view text) {
  for (std::size_t at = text.find("\xEF\xBC"); at != std::string_view::npos;
       at = text.find("\xEF\xBC", at + 1)) {
    const auto last = at + 2 < text.size() ? static_cast<unsigned char>(text[at + 2]) : 0U;
    if (last >= 0x90 && last <= 0x99) return true;
  }
  return false;
}

// A `?` beside a digit: what a converter leaves where it lost one.
bool has_lost_digit(std::string_view text) {
  const auto is_digit = [&](std::size_t i) {
    return i < text.size() && text[i] >= '0' && text[i] <= '9';
  };
  for (std::size_t at = text.find('?'); at != std::string_view::npos; at = text.find('?', at + 1)) {
    if (is_digit(at + 1) || (at > 0 && is_digit(at - 1))) return true;
  }
  return false;
}

// What is wrong with a field, or nothing; narrows its digits if that is wanted.
std::optional<std::string> damage(std::string& field, Holds holds, bool narrow_digits) {
  if (!is_utf8(field)) return "malformed UTF-8 (save the ledger as CSV UTF-8)";
  if (field.find(kReplacement) != std::string::npos) {
    return "a character was lost (U+FFFD) when the ledger was converted";
  }
  if (has_control(field)) return "a line break or another control character";
  if (holds != Holds::text && has_full_width_digit(field)) {
    if (!narrow_digits) {
      return "full-width digits; write them as 0-9, or import with --narrow-digits";
    }
    field = narrowed(field);
  }
  switch (holds) {
    case Holds::code:
      if (field.find('?') == std::string::npos && field.find("？") == std::string::npos) break;
      return "`?` inside: a character was lost";
    case Holds::text:
      if (has_lost_digit(field)) return "`?` inside a number: a digit was lost";
      break;
    case Holds::address: break;
  }
  return std::nullopt;
}

// Lines that repeat earlier ones word for word: a whole ledger twice is one fault, not a
// thousand. The header counts as a line.
class Repeats {
 public:
  Repeats(const CsvTable& table, std::span<const LedgerColumn> columns) : table_(table) {
    std::vector<std::string> header;
    for (const LedgerColumn& column : columns) {
      const bool is_there = std::ranges::find(table.header, column.name) != table.header.end();
      header.emplace_back(is_there ? column.name : "");
    }
    first_[joined(header)] = 0;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      const auto [known, is_new] = first_.emplace(joined(table.rows[i].fields), i + 1);
      of_.push_back(is_new ? std::nullopt : std::optional(known->second));
    }
  }

  bool repeats(std::size_t row) const { return of_[row].has_value(); }

  void report(std::vector<Fault>& faults) const {
    for (std::size_t i = 0; i < of_.size();) {
      if (!of_[i]) {
        ++i;
        continue;
      }
      std::size_t end = i + 1;
      while (end < of_.size() && of_[end] && *of_[end] == *of_[end - 1] + 1) ++end;
      say(i, end - 1, faults);
      i = end;
    }
  }

 private:
  static std::string joined(const std::vector<std::string>& fields) { return csv_line(fields); }

  // Line of row n, counted from 1; 0 is the header.
  std::size_t line(std::size_t n) const { return n == 0 ? 1 : table_.rows[n - 1].line; }

  void say(std::size_t first, std::size_t last, std::vector<Fault>& faults) const {
    const auto span = [&](std::size_t a, std::size_t b) {
      if (a == b) return "line " + std::to_string(line(a));
      return "lines " + std::to_string(line(a)) + " .. " + std::to_string(line(b));
    };
    const bool is_whole = *of_[first] <= 1 && *of_[last] == first && first != last;
    std::string what = first == last
                           ? "repeats " + span(*of_[first], *of_[last])
                           : span(first + 1, last + 1) + " repeat " + span(*of_[first], *of_[last]);
    if (is_whole) what += ": the whole ledger is there twice";
    faults.push_back({.file = table_.file, .line = line(first + 1), .what = std::move(what)});
  }

  const CsvTable& table_;
  std::map<std::string, std::size_t> first_;  // Number of the first row like it.
  std::vector<std::optional<std::size_t>> of_;
};

Line cleaned(Row& row, const LedgerForm& form, std::vector<Fault>& faults) {
  Line line{.line = row.line, .fields = std::move(row.fields)};
  for (std::size_t c = 0; c < form.columns.size(); ++c) {
    const LedgerColumn& column = form.columns[c];
    const auto what = damage(line.fields[c], column.holds, form.narrow_digits);
    if (!what) continue;
    line.is_damaged = true;
    faults.push_back({.file = form.file,
                      .line = line.line,
                      .what = "column `" + std::string(column.name) + "`: " + *what});
  }
  return line;
}

// Rows in the script that most rows of the ledger are not in.
void warn_of_mixed_script(const LedgerTable& table, std::span<const LedgerColumn> columns,
                          std::vector<Fault>& warnings) {
  std::map<Script, std::vector<std::pair<std::size_t, std::string>>> found;
  for (const Line& line : table.lines) {
    for (const Script script : {Script::simplified, Script::traditional}) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].holds != Holds::text || !is_utf8(line.fields[i])) continue;
        const auto character = character_of(script, line.fields[i]);
        if (!character) continue;
        found[script].emplace_back(line.line, *character);
        break;
      }
    }
  }
  if (found[Script::simplified].empty() || found[Script::traditional].empty()) return;
  const bool is_simplified = found[Script::simplified].size() >= found[Script::traditional].size();
  const Script odd = is_simplified ? Script::traditional : Script::simplified;
  for (const auto& [line, character] : found[odd]) {
    warnings.push_back(
        {.file = table.file,
         .line = line,
         .what = "`" + character + "` is " + (is_simplified ? "traditional" : "simplified") +
                 " in a ledger that is mostly " + (is_simplified ? "simplified" : "traditional") +
                 "; it is kept as it is"});
  }
}

}  // namespace

std::string narrowed(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const std::string_view one = first_characters(text, 1);
    text.remove_prefix(one.size());
    if (one == "\xE3\x80\x80") {
      plain += ' ';
    } else if (one.size() == 3 && one.starts_with("\xEF\xBC")) {
      plain += static_cast<char>(static_cast<unsigned char>(one[2]) - 0x80 + 0x20);
    } else if (one.size() == 3 && one.starts_with("\xEF\xBD") &&
               static_cast<unsigned char>(one[2]) <= 0x9E) {
      plain += static_cast<char>(static_cast<unsigned char>(one[2]) - 0x80 + 0x60);
    } else {
      plain += one;
    }
  }
  return plain;
}

LedgerTable read_ledger(std::string_view text, const LedgerForm& form, std::vector<Fault>& faults,
                        std::vector<Fault>& warnings) {
  std::vector<Column> plain;
  LedgerTable table{.file = form.file, .columns = {}, .lines = {}, .refused = {}};
  for (const LedgerColumn& column : form.columns) {
    plain.push_back({column.name, column.is_needed});
    table.columns.push_back(column.name);
  }
  CsvTable csv = read_csv(text, form.file, plain, faults);
  table.rows = csv.rows.size() + csv.bad_lines.size();
  table.refused = csv.bad_lines;
  table.is_readable = csv.is_readable;
  const Repeats repeats(csv, form.columns);
  repeats.report(faults);
  for (std::size_t i = 0; i < csv.rows.size(); ++i) {
    Row& row = csv.rows[i];
    if (repeats.repeats(i))
      table.refused.push_back(row.line);
    else
      table.lines.push_back(cleaned(row, form, faults));
  }
  warn_of_mixed_script(table, form.columns, warnings);
  return table;
}

}  // namespace shouwang::config
