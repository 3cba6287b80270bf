#include "config/csv.h"

#include <csv.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "config/names.h"

namespace shouwang::config {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Splits text into rows of fields, knowing the line on which each row begins.
class Splitter {
 public:
  Splitter() { csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI); }
  Splitter(const Splitter&) = delete;
  Splitter& operator=(const Splitter&) = delete;
  ~Splitter() { csv_free(&parser_); }

  // Fed line by line, so that a row that ends names the line on which it began.
  void run(std::string_view text) {
    std::size_t line = 0;
    while (!text.empty() && !broken_line_) {
      const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
      ++line;
      if (row_.fields.empty() && !in_row_) row_.line = line;
      feed(text.substr(0, end), line);
      text.remove_prefix(end);
    }
    if (!broken_line_ && csv_fini(&parser_, on_field, on_row, this) != 0) broken_line_ = row_.line;
  }

  std::vector<Row>& rows() { return rows_; }
  // The line on which a quote was left open or stands where none may.
  std::optional<std::size_t> broken_line() const { return broken_line_; }

 private:
  void feed(std::string_view text, std::size_t line) {
    in_row_ = true;
    row_ended_ = false;
    if (csv_parse(&parser_, text.data(), text.size(), on_field, on_row, this) != text.size()) {
      broken_line_ = line;
    }
    if (row_ended_ || is_blank(text)) in_row_ = false;
  }

  bool is_blank(std::string_view text) const {
    return row_.fields.empty() && text.find_first_not_of(" \t\r\n") == std::string_view::npos &&
           parser_.quoted == 0;
  }

  static void on_field(void* bytes, std::size_t size, void* self) {
    static_cast<Splitter*>(self)->row_.fields.emplace_back(static_cast<const char*>(bytes), size);
  }
  static void on_row(int, void* self) {
    auto* splitter = static_cast<Splitter*>(self);
    splitter->rows_.push_back(std::exchange(splitter->row_, Row{}));
    splitter->row_ended_ = true;
  }

  csv_parser parser_{};
  Row row_;
  std::vector<Row> rows_;
  bool in_row_ = false;     // The row being read began on an earlier line.
  bool row_ended_ = false;  // The line just fed ended a row.
  std::optional<std::size_t> broken_line_;
};

// For each column its place in the file, or nothing where it may be left out and is.
std::optional<std::vector<std::optional<std::size_t>>> match(const Row& header,
                                                             std::span<const Column> columns,
                                                             const std::string& file,
                                                             std::vector<Fault>& faults) {
  const std::size_t before = faults.size();
  const auto say = [&](std::string what) {
    faults.push_back({.file = file, .line = header.line, .what = std::move(what)});
  };
  Names known("column");
  std::vector<std::string> allowed;
  for (const Column& column : columns) {
    known.add(column.name);
    allowed.emplace_back(column.name);
  }
  Names seen("column");
  for (const std::string& name : header.fields) {
    if (!known.has(name))
      say(known.missing(name));
    else if (!seen.add(name))
      say("column `" + name + "` is there twice");
  }
  std::vector<std::optional<std::size_t>> places;
  for (const Column& column : columns) {
    const auto found = std::ranges::find(header.fields, column.name);
    places.emplace_back();
    if (found != header.fields.end()) {
      places.back() = static_cast<std::size_t>(found - header.fields.begin());
    } else if (column.is_needed) {
      say("column `" + std::string(column.name) + "` is missing; columns: " + listed(allowed));
    }
  }
  if (faults.size() != before) return std::nullopt;
  return places;
}

// What a file that is no table of ours probably is.
std::optional<std::string> mistaken(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return "is UTF-16: save it as CSV UTF-8";
  }
  if (text.starts_with("PK\x03\x04")) return "is a spreadsheet: save it as CSV UTF-8";
  const std::string_view header = text.substr(0, text.find('\n'));
  if (header.find(',') != std::string_view::npos) return std::nullopt;
  if (header.find(';') != std::string_view::npos) return "is separated by `;`: save it with commas";
  if (header.find('\t') != std::string_view::npos)
    return "is separated by tabs: save it with commas";
  return std::nullopt;
}

}  // namespace

CsvTable read_csv(std::string_view text, std::string file, std::span<const Column> columns,
                  std::vector<Fault>& faults) {
  CsvTable table{.file = std::move(file), .header = {}, .rows = {}, .bad_lines = {}};
  const auto say = [&](std::size_t line, std::string what) {
    faults.push_back({.file = table.file, .line = line, .what = std::move(what)});
  };
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (const auto what = mistaken(text)) return say(0, *what), table;
  Splitter splitter;
  splitter.run(text);
  if (const auto line = splitter.broken_line()) {
    return say(*line, "a quote is left open, or stands inside a field without being doubled"),
           table;
  }
  auto& rows = splitter.rows();
  if (rows.empty()) return say(0, "is empty; its first line names the columns"), table;
  table.header = rows.front().fields;
  const auto places = match(rows.front(), columns, table.file, faults);
  if (!places) return table;
  table.is_readable = true;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    Row& row = rows[i];
    if (row.fields.size() != table.header.size()) {
      say(row.line, "has " + std::to_string(row.fields.size()) + " fields, must have " +
                        std::to_string(table.header.size()));
      table.bad_lines.push_back(row.line);
      continue;
    }
    Row ordered{.line = row.line, .fields = {}};
    for (const auto& place : *places) {
      ordered.fields.push_back(place ? std::move(row.fields[*place]) : std::string());
    }
    table.rows.push_back(std::move(ordered));
  }
  return table;
}

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (&field != &fields.front()) line += ',';
    const bool is_plain = field.find_first_of(",\"\r\n") == std::string::npos &&
                          !field.starts_with(' ') && !field.ends_with(' ');
    if (is_plain) {
      line += field;
      continue;
    }
    std::string quoted(csv_write(nullptr, 0, field.data(), field.size()), '\0');
    csv_write(quoted.data(), quoted.size(), field.data(), field.size());
    line += quoted;
  }
  return line + "\n";
}

}  // namespace shouwang::config
