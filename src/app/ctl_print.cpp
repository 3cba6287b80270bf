#include "app/ctl_print.h"

#include <algorithm>

#include "base/utf8.h"

namespace shouwang::app {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

std::string text_of(const value& cell) {
  if (cell.is_string()) return std::string(cell.as_string());
  if (cell.is_null()) return "-";
  return boost::json::serialize(cell);
}

// Chinese characters take two columns of a terminal.
std::size_t width_of(const std::string& text) {
  const std::size_t characters = count_characters(text);
  const std::size_t wide = (text.size() - characters) / 2;
  return characters + wide;
}

void add_faults(std::string& text, const object& report, const char* name, const char* title) {
  const array& faults = report.at(name).as_array();
  if (faults.empty()) return;
  text += std::string(title) + " (" + std::to_string(faults.size()) + "):\n";
  for (const value& fault : faults) {
    const object& one = fault.as_object();
    text += "  " + text_of(one.at("file"));
    if (one.at("line").to_number<std::int64_t>() > 0) text += ":" + text_of(one.at("line"));
    if (one.at("column").to_number<std::int64_t>() > 0) text += ":" + text_of(one.at("column"));
    text += ": " + text_of(one.at("what")) + "\n";
  }
}

}  // namespace

std::string table(const value& list, const std::vector<std::string>& columns) {
  std::vector<std::vector<std::string>> rows = {columns};
  for (const value& item : list.as_array()) {
    std::vector<std::string>& row = rows.emplace_back();
    for (const std::string& column : columns) {
      const value* cell = item.as_object().if_contains(column);
      row.push_back(cell == nullptr ? "-" : text_of(*cell));
    }
  }
  std::vector<std::size_t> widths(columns.size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += row[i];
      if (i + 1 < row.size()) text += std::string(widths[i] - width_of(row[i]) + 2, ' ');
    }
    text += "\n";
  }
  return text;
}

std::string newcomers_report(const value& answer) {
  const object& all = answer.as_object();
  const array& list = all.at("newcomers").as_array();
  if (list.empty()) return "nobody speaks who is in no list\n";
  std::string text;
  std::string lines;
  for (const value& item : list) {
    const object& one = item.as_object();
    const std::string address = text_of(one.at("address"));
    text += (address.empty() ? "(no profile claims its topics)" : address) + "  " +
            text_of(one.at("name")) + "  " + text_of(one.at("model")) + "\n";
    for (const value& topic : one.at("topics").as_array())
      text += "  topic    " + text_of(topic) + "\n";
    text += "  heard    " + text_of(one.at("messages")) + " messages, last " +
            text_of(one.at("last_at")) + "\n";
    for (const value& fit : one.at("fits").as_array()) {
      text += "  profile  " + text_of(fit.as_object().at("profile")) + ": " +
              text_of(fit.as_object().at("said")) + "\n";
    }
    if (one.at("fits").as_array().empty()) {
      text += "  keys     " + boost::json::serialize(one.at("keys")) + "\n";
    }
    const std::string line = text_of(one.at("csv"));
    if (!line.empty()) lines += line + "\n";
  }
  if (all.at("beyond").to_number<std::uint64_t>() > 0) {
    text += text_of(all.at("beyond")) + " further messages found no room here\n";
  }
  if (lines.empty()) return text;
  return text +
         "\nFor communities/<id>/devices.csv: choose the ids and fill in the places; then check, "
         "reload, walktest.\n\nid,profile,address,place,note\n" +
         lines;
}

std::string import_report(const value& report) {
  const object& all = report.as_object();
  std::string text = table(all.at("counts"), {"file", "rows", "taken"});
  add_faults(text, all, "faults", "damaged rows");
  add_faults(text, all, "left_out", "left out because they hang on damaged rows");
  add_faults(text, all, "warnings", "warnings");
  if (all.at("stored").as_bool()) {
    text += "stored\n";
  } else if (all.at("accepted").as_bool()) {
    text += "sound; nothing was stored (dry run)\n";
  } else {
    text += "refused; nothing was stored, the old records stay live\n";
  }
  return text;
}

}  // namespace shouwang::app
