// Reads YAML into structs and collects every fault with its place.
//
// A Reader stands on one node. Each `read_` function fills its target and leaves it alone where
// the key is absent (the default stays) or wrong (a fault is noted and reading goes on), so that
// one run finds all faults. A key that was never asked for is reported by close().
//
//   Reader root = Reader::parse(text, "gateway.yaml", faults);
//   Reader broker = root.child("broker");
//   broker.read("uri", settings.uri);
//   broker.read_span("keep_alive", settings.keep_alive, 5s, 60s);
//   broker.close();
//   root.close();

#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "config/fault.h"

namespace shouwang::config {

class Reader {
 public:
  // Text that is not YAML gives a fault and a Reader on nothing, which reads nothing.
  static Reader parse(const std::string& text, std::string file, std::vector<Fault>& faults);
  Reader(YAML::Node node, std::string file, std::vector<Fault>& faults);
  Reader(const Reader&) = default;
  // Stands where `other` stands. (A YAML::Node that is assigned to would change the document.)
  Reader& operator=(const Reader& other);

  const YAML::Node& node() const { return node_; }
  const std::string& file() const { return file_; }
  bool is_there() const { return node_.IsDefined() && !node_.IsNull(); }
  bool is_map() const { return is_there() && node_.IsMap(); }
  bool is_list() const { return is_there() && node_.IsSequence(); }
  bool is_scalar() const { return is_there() && node_.IsScalar(); }

  // Notes a fault at this node, or at the value of `key`.
  void fault(std::string what) const;
  void fault_at(std::string_view key, std::string what) const;

  // The value of a key: a Reader on nothing if it is absent. Marks the key as known.
  Reader child(std::string_view key);
  // Like child(), but its absence is a fault.
  Reader need(std::string_view key);
  bool has(std::string_view key) const;
  // Every entry of a map, in file order: key text ("null" for YAML's null), Reader on the key,
  // Reader on the value. Marks all keys as known. A node that is there and no map is a fault.
  void each_entry(const std::function<void(const std::string&, Reader, Reader)>& visit);
  // Every element of a list, in order. A node that is there and no list is a fault.
  void each_element(const std::function<void(Reader)>& visit) const;
  // Elements of a list of scalars; a single scalar counts as a list of one.
  std::vector<std::pair<std::string, Reader>> words() const;

  // The scalar here as text; a fault and nothing if it is a map or list.
  std::optional<std::string> text() const;
  std::optional<std::int64_t> integer(std::int64_t least, std::int64_t most) const;
  std::optional<double> number() const;
  std::optional<bool> boolean() const;  // true and false only
  std::optional<Millis> span(Millis least, Millis most) const;
  // One of `names`; the fault lists them.
  std::optional<std::string> one_of(std::span<const std::string_view> names) const;
  // Whether the scalar was written in quotes.
  bool is_quoted() const { return node_.Tag() == "!"; }

  // The same for the value of `key`; returns whether the target was set.
  bool read(std::string_view key, std::string& target);
  bool read(std::string_view key, bool& target);
  bool read_integer(std::string_view key, int& target, int least, int most);
  bool read_span(std::string_view key, Millis& target, Millis least, Millis most);
  // `parse` turns the text into the value, or nothing; `allowed` words what it accepts.
  template <class T>
  bool read_as(std::string_view key, T& target,
               const std::function<std::optional<T>(std::string_view)>& parse,
               const std::string& allowed) {
    const Reader value = child(key);
    if (!value.is_there()) return false;
    const auto written = value.text();
    if (!written) return false;
    auto parsed = parse(*written);
    if (!parsed) {
      value.fault("`" + *written + "` is not " + allowed);
      return false;
    }
    target = std::move(*parsed);
    return true;
  }

  // Reports keys nobody asked for, each with the list of those that were, and keys written twice.
  // A node that is there and no map is a fault. Call once, last.
  void close();

 private:
  YAML::Mark mark_of(std::string_view key) const;

  YAML::Node node_;
  std::string file_;
  std::vector<Fault>* faults_;
  std::vector<std::string> known_;  // In the order asked for.
};

}  // namespace shouwang::config
