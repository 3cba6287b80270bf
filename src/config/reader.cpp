#include "config/reader.h"

#include <algorithm>
#include <charconv>

#include "config/document.h"
#include "config/names.h"

namespace shouwang::config {

Reader Reader::parse(const std::string& text, std::string file, std::vector<Fault>& faults) {
  const YAML::Node nothing(YAML::NodeType::Undefined);
  if (const auto at = first_bad_byte(text)) {
    faults.push_back({.file = file, .line = at->line, .column = at->column, .what = at->what});
    return {nothing, std::move(file), faults};
  }
  try {
    if (const auto at = second_document(text)) {
      faults.push_back({.file = file, .line = at->line, .column = at->column, .what = at->what});
    }
    return {YAML::Load(text), std::move(file), faults};
  } catch (const YAML::Exception& error) {
    const auto& mark = error.mark;
    const bool placed = !mark.is_null();
    faults.push_back({.file = file,
                      .line = placed ? static_cast<std::size_t>(mark.line) + 1 : 0,
                      .column = placed ? static_cast<std::size_t>(mark.column) + 1 : 0,
                      .what = "not YAML: " + error.msg +
                              " (look at indentation, braces and quotes here and before)"});
    return {nothing, std::move(file), faults};
  }
}

Reader::Reader(YAML::Node node, std::string file, std::vector<Fault>& faults)
    : node_(std::move(node)), file_(std::move(file)), faults_(&faults) {}

Reader& Reader::operator=(const Reader& other) {
  node_.reset(other.node_);
  file_ = other.file_;
  faults_ = other.faults_;
  known_ = other.known_;
  return *this;
}

void Reader::fault(std::string what) const {
  const YAML::Mark mark = node_.IsDefined() ? node_.Mark() : YAML::Mark::null_mark();
  const bool placed = !mark.is_null();
  faults_->push_back({.file = file_,
                      .line = placed ? static_cast<std::size_t>(mark.line) + 1 : 0,
                      .column = placed ? static_cast<std::size_t>(mark.column) + 1 : 0,
                      .what = std::move(what)});
}

YAML::Mark Reader::mark_of(std::string_view key) const {
  if (is_map()) {
    for (const auto& entry : node_) {
      if (entry.first.IsScalar() && entry.first.Scalar() == key) {
        return entry.second.IsNull() ? entry.first.Mark() : entry.second.Mark();
      }
    }
  }
  return node_.IsDefined() ? node_.Mark() : YAML::Mark::null_mark();
}

void Reader::fault_at(std::string_view key, std::string what) const {
  const YAML::Mark mark = mark_of(key);
  const bool placed = !mark.is_null();
  faults_->push_back({.file = file_,
                      .line = placed ? static_cast<std::size_t>(mark.line) + 1 : 0,
                      .column = placed ? static_cast<std::size_t>(mark.column) + 1 : 0,
                      .what = std::move(what)});
}

bool Reader::has(std::string_view key) const {
  if (!is_map()) return false;
  for (const auto& entry : node_) {
    if (entry.first.IsScalar() && entry.first.Scalar() == key) return true;
  }
  return false;
}

Reader Reader::child(std::string_view key) {
  if (std::ranges::find(known_, key) == known_.end()) known_.emplace_back(key);
  if (is_map()) {
    for (const auto& entry : node_) {
      if (entry.first.IsScalar() && entry.first.Scalar() == key) {
        return {entry.second, file_, *faults_};
      }
    }
  }
  return {YAML::Node(YAML::NodeType::Undefined), file_, *faults_};
}

Reader Reader::need(std::string_view key) {
  Reader value = child(key);
  if (!value.is_there() && is_map()) fault_at(key, "`" + std::string(key) + "` is missing");
  return value;
}

void Reader::each_entry(const std::function<void(const std::string&, Reader, Reader)>& visit) {
  if (!is_there()) return;
  if (!node_.IsMap()) return fault("must be a map of `key: value` lines");
  for (const auto& entry : node_) {
    const Reader key(entry.first, file_, *faults_);
    if (!entry.first.IsScalar() && !entry.first.IsNull()) {
      key.fault("a key must be a word");
      continue;
    }
    const std::string name = entry.first.IsNull() ? "null" : entry.first.Scalar();
    known_.push_back(name);
    visit(name, key, Reader(entry.second, file_, *faults_));
  }
}

void Reader::each_element(const std::function<void(Reader)>& visit) const {
  if (!is_there()) return;
  if (!node_.IsSequence()) return fault("must be a list");
  for (const auto& element : node_) visit(Reader(element, file_, *faults_));
}

std::vector<std::pair<std::string, Reader>> Reader::words() const {
  std::vector<std::pair<std::string, Reader>> found;
  if (is_scalar()) {
    found.emplace_back(node_.Scalar(), *this);
    return found;
  }
  each_element([&](const Reader& element) {
    if (const auto word = element.text()) found.emplace_back(*word, element);
  });
  return found;
}

std::optional<std::string> Reader::text() const {
  if (!is_there()) return std::nullopt;
  if (!node_.IsScalar()) {
    fault("must be a text");
    return std::nullopt;
  }
  return node_.Scalar();
}

std::optional<std::int64_t> Reader::integer(std::int64_t least, std::int64_t most) const {
  const auto written = text();
  if (!written) return std::nullopt;
  std::int64_t value = 0;
  const char* end = written->data() + written->size();
  const auto [rest, error] = std::from_chars(written->data(), end, value);
  if (error != std::errc{} || rest != end || is_quoted() || value < least || value > most) {
    fault("`" + *written + "` is not a whole number " + std::to_string(least) + " .. " +
          std::to_string(most));
    return std::nullopt;
  }
  return value;
}

std::optional<double> Reader::number() const {
  const auto written = text();
  if (!written) return std::nullopt;
  double value = 0;
  const char* end = written->data() + written->size();
  const auto [rest, error] = std::from_chars(written->data(), end, value);
  if (error != std::errc{} || rest != end || is_quoted()) {
    fault("`" + *written + "` is not a number");
    return std::nullopt;
  }
  return value;
}

std::optional<bool> Reader::boolean() const {
  const auto written = text();
  if (!written) return std::nullopt;
  if (!is_quoted() && *written == "true") return true;
  if (!is_quoted() && *written == "false") return false;
  fault("`" + *written + "` is neither true nor false");
  return std::nullopt;
}

std::optional<Millis> Reader::span(Millis least, Millis most) const {
  const auto written = text();
  if (!written) return std::nullopt;
  const auto value = parse_span(*written);
  if (!value || *value < least || *value > most) {
    fault("`" + *written + "` is not a time " + format_span(least) + " .. " + format_span(most) +
          " (a number with ms, s, min, h or d)");
    return std::nullopt;
  }
  return value;
}

std::optional<std::string> Reader::one_of(std::span<const std::string_view> names) const {
  const auto written = text();
  if (!written) return std::nullopt;
  if (std::ranges::find(names, *written) != names.end()) return written;
  fault("`" + *written + "` is not allowed; allowed: " +
        listed(std::vector<std::string>(names.begin(), names.end())));
  return std::nullopt;
}

bool Reader::read(std::string_view key, std::string& target) {
  const auto value = child(key).text();
  if (value) target = *value;
  return value.has_value();
}

bool Reader::read(std::string_view key, bool& target) {
  const auto value = child(key).boolean();
  if (value) target = *value;
  return value.has_value();
}

bool Reader::read_integer(std::string_view key, int& target, int least, int most) {
  const auto value = child(key).integer(least, most);
  if (value) target = static_cast<int>(*value);
  return value.has_value();
}

bool Reader::read_span(std::string_view key, Millis& target, Millis least, Millis most) {
  const auto value = child(key).span(least, most);
  if (value) target = *value;
  return value.has_value();
}

void Reader::close() {
  if (!is_there()) return;
  if (!node_.IsMap()) return fault("must be a map of `key: value` lines");
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    const Reader key(entry.first, file_, *faults_);
    if (!entry.first.IsScalar()) {
      key.fault("a key must be a word");
      continue;
    }
    const std::string& name = entry.first.Scalar();
    if (!seen.insert(name).second) key.fault("key `" + name + "` is written twice");
    if (std::ranges::find(known_, name) == known_.end()) {
      key.fault("unknown key `" + name + "`; allowed: " + listed(known_));
    }
  }
}

}  // namespace shouwang::config
