#include "device/newcomer.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>

#include "base/utf8.h"

namespace shouwang::device {
namespace {

namespace json = boost::json;

constexpr std::string_view kZigbeeList = "/bridge/devices";
constexpr std::string_view kDiscoveryEnd = "/config";
constexpr std::size_t kKeysShown = 12;
constexpr std::size_t kTextMax = 80;

std::string shown(std::string_view text) {
  return printable(std::string(first_characters(text, kTextMax)));
}

const json::value* member(const json::object& object, std::string_view long_name,
                          std::string_view short_name = "") {
  const json::value* found = object.if_contains(long_name);
  return found != nullptr || short_name.empty() ? found : object.if_contains(short_name);
}

std::string text_in(const json::value* value) {
  if (value == nullptr || !value->is_string()) return "";
  return std::string(value->get_string());
}

void collect_hints(const json::value& exposes, std::vector<std::string>& hints) {
  if (!exposes.is_array()) return;
  for (const json::value& one : exposes.get_array()) {
    const json::object* object = one.if_object();
    if (object == nullptr) continue;
    const std::string property = text_in(object->if_contains("property"));
    if (!property.empty() && hints.size() < 64) hints.push_back(shown(property));
    if (const json::value* inner = object->if_contains("features")) collect_hints(*inner, hints);
  }
}

std::vector<Announced> read_zigbee_list(std::string_view topic, const json::value& list) {
  std::vector<Announced> all;
  const std::string base(topic.substr(0, topic.size() - kZigbeeList.size()));
  if (!list.is_array()) return all;
  for (const json::value& one : list.get_array()) {
    const json::object* device = one.if_object();
    if (device == nullptr || text_in(device->if_contains("type")) == "Coordinator") continue;
    const std::string name = text_in(device->if_contains("friendly_name"));
    if (name.empty()) continue;
    Announced& found = all.emplace_back(Announced{.topic = base + "/" + name, .name = shown(name)});
    const json::value* definition = device->if_contains("definition");
    if (definition == nullptr || !definition->is_object()) continue;
    const json::object& model = definition->get_object();
    found.model =
        shown(text_in(model.if_contains("vendor")) + " " + text_in(model.if_contains("model")));
    if (const json::value* exposes = model.if_contains("exposes")) {
      collect_hints(*exposes, found.hints);
    }
  }
  return all;
}

// "~/state" with "~": "board" is "board/state".
std::string full_topic(std::string topic, const std::string& base) {
  if (topic.starts_with('~')) return base + topic.substr(1);
  if (topic.ends_with('~')) return topic.substr(0, topic.size() - 1) + base;
  return topic;
}

std::vector<Announced> read_discovery(const json::value& message) {
  const json::object* entity = message.if_object();
  if (entity == nullptr) return {};
  const std::string base = text_in(entity->if_contains("~"));
  const std::string topic = full_topic(text_in(member(*entity, "state_topic", "stat_t")), base);
  if (topic.empty()) return {};
  Announced found{.topic = topic, .name = shown(text_in(entity->if_contains("name")))};
  const std::string kind = text_in(member(*entity, "device_class", "dev_cla"));
  if (!kind.empty()) found.hints.push_back(shown(kind));
  const json::value* device = member(*entity, "device", "dev");
  if (device != nullptr && device->is_object()) {
    const json::object& box = device->get_object();
    const std::string name = text_in(box.if_contains("name"));
    if (!name.empty()) found.name = shown(name);
    found.model = shown(text_in(member(box, "manufacturer", "mf")) + " " +
                        text_in(member(box, "model", "mdl")));
  }
  return {found};
}

// Words of other programs for what we watch.
bool hints_at(const std::string& hint, Kind kind) {
  switch (kind) {
    case Kind::gas: return hint == "gas";
    case Kind::co: return hint == "carbon_monoxide" || hint == "co";
    case Kind::smoke: return hint == "smoke";
    case Kind::heat: return hint == "heat";
    case Kind::sos: return hint == "sos" || hint == "safety";
    case Kind::water: return hint == "water_leak" || hint == "moisture";
    case Kind::valve: return hint == "valve";
    case Kind::device: return false;
  }
  return false;
}

struct Group {
  Newcomer newcomer;
  std::vector<const Sample*> samples;
  std::vector<std::string> hints;
};

// How well the profile reads one message of a device that is listed with it; nothing if it does
// not.
std::optional<Fit> fit_of(const Decoder& decoder, const Directory& listed, const Message& message,
                          Instant now) {
  const Decoding decoding = decoder.decode(message, now, listed);
  const auto own = std::ranges::find_if(
      decoding.reports, [](const Decoded& decoded) { return decoded.owner.has_value(); });
  if (own == decoding.reports.end() || !own->report.problem.empty()) return std::nullopt;
  Fit fit{.signals = own->report.signals};
  if (own->report.complete) fit.score += *own->report.complete ? 100 : -100;
  for (const Signal& signal : fit.signals) {
    if (signal.meaning == Meaning::unknown)
      fit.score -= 30;
    else if (is_telling(signal))
      fit.score += 20;
    else if (signal.meaning == Meaning::measurement)
      fit.score += 2;
  }
  return fit;
}

// One profile by itself, with one device of its own in the list.
class Trier {
 public:
  explicit Trier(const Profile& profile) : decoder_({profile}) {}

  void try_on(Group& group, Instant now) const {
    const std::vector<Device> devices = {{.id = DeviceId("new"),
                                          .profile = decoder_.profiles().front().name,
                                          .address = group.newcomer.address}};
    const Listing listing{.community = CommunityId("new"), .devices = devices};
    // A topic that names a community names one of ours, not this one: any will do.
    const auto listed = Directory::build(decoder_.profiles(), std::span(&listing, 1));
    if (!listed) return;
    Fit sum{.profile = devices.front().profile};
    bool fits = false;
    std::set<Kind> kinds;
    for (const Sample* sample : group.samples) {
      const auto fit = fit_of(decoder_, *listed, {sample->topic, sample->payload}, now);
      if (!fit) continue;
      fits = true;
      sum.score += fit->score;
      for (const Signal& signal : fit->signals) {
        sum.signals.push_back(signal);
        kinds.insert(signal.kind);
      }
    }
    for (const std::string& hint : group.hints) {
      if (std::ranges::any_of(kinds, [&](Kind kind) { return hints_at(hint, kind); })) {
        sum.score += 200;
      }
    }
    if (fits) group.newcomer.fits.push_back(std::move(sum));
  }

 private:
  Decoder decoder_;
};

void add_keys(const Sample& sample, std::vector<std::string>& keys) {
  json::error_code error;
  const json::value body = json::parse(sample.payload, error);
  if (error || !body.is_object()) return;
  for (const auto& member : body.get_object()) {
    const std::string key = shown(std::string_view(member.key()));
    if (keys.size() < kKeysShown && std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
  }
}

// The addresses that the profiles see in a message; one empty one if none claims it. Nothing if a
// listed device speaks.
std::vector<std::string> addresses_of(const Sample& sample, const Lists& lists, Instant now) {
  const Decoding decoding =
      lists.decoder.decode({sample.topic, sample.payload}, now, lists.directory);
  switch (decoding.outcome) {
    case Outcome::read: break;
    case Outcome::no_profile:
    case Outcome::not_of_interest: return {""};
    case Outcome::excluded:
    case Outcome::cleared:
    case Outcome::retained_ignored:
    case Outcome::stranger_ignored: return {};
  }
  std::vector<std::string> addresses;
  for (const Decoded& decoded : decoding.reports) {
    if (decoded.owner) continue;
    addresses.push_back(decoded.report.address);
  }
  return addresses;
}

void describe(Group& group, const Sample& sample) {
  Newcomer& newcomer = group.newcomer;
  group.samples.push_back(&sample);
  newcomer.count += sample.count;
  newcomer.last_at = std::max(newcomer.last_at, sample.last_at);
  if (newcomer.topics.size() < kTopicsShown) newcomer.topics.push_back(sample.topic);
  add_keys(sample, newcomer.keys);
}

void describe(Group& group, const Announced& announced) {
  Newcomer& newcomer = group.newcomer;
  if (newcomer.name.empty()) newcomer.name = announced.name;
  if (newcomer.model.empty()) newcomer.model = announced.model;
  group.hints.insert(group.hints.end(), announced.hints.begin(), announced.hints.end());
  const bool known = std::ranges::find(newcomer.topics, announced.topic) != newcomer.topics.end();
  if (!known && newcomer.topics.size() < kTopicsShown) newcomer.topics.push_back(announced.topic);
}

std::string quoted(const std::string& field) {
  if (field.find_first_of(",\"\n") == field.npos) return field;
  std::string out = "\"";
  for (const char c : field) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

}  // namespace

bool is_announcement(std::string_view topic) {
  if (topic.ends_with(kZigbeeList)) return true;
  const auto levels = std::ranges::count(topic, '/');
  return topic.starts_with("homeassistant/") && topic.ends_with(kDiscoveryEnd) &&
         (levels == 3 || levels == 4);
}

std::vector<Announced> read_announcement(std::string_view topic, std::string_view payload) {
  json::error_code error;
  const json::value body = json::parse(json::string_view(payload.data(), payload.size()), error);
  if (error) return {};
  return topic.ends_with(kZigbeeList) ? read_zigbee_list(topic, body) : read_discovery(body);
}

std::vector<Newcomer> find_newcomers(std::span<const Sample> samples,
                                     std::span<const Announced> announced, const Lists& lists,
                                     Instant now) {
  std::map<std::string, Group> groups;  // By address, or topic if nobody sees one.
  const auto group_at = [&groups](const std::string& address, const std::string& topic) -> Group& {
    Group& group = groups[address.empty() ? "topic " + topic : "address " + address];
    group.newcomer.address = address;
    return group;
  };
  for (const Sample& sample : samples) {
    for (const std::string& address : addresses_of(sample, lists, now)) {
      describe(group_at(address, sample.topic), sample);
    }
  }
  for (const Announced& one : announced) {
    // An empty object says nothing, but shows which address the profiles would see in the topic.
    const Sample silent{.topic = one.topic, .payload = "{}"};
    for (const std::string& address : addresses_of(silent, lists, now)) {
      describe(group_at(address, one.topic), one);
    }
  }
  for (const Profile& profile : lists.decoder.profiles()) {
    const Trier trier(profile);
    for (auto& [key, group] : groups) {
      const bool has_spoken = !group.samples.empty() && !group.newcomer.address.empty();
      if (has_spoken) trier.try_on(group, now);
    }
  }
  std::vector<Newcomer> found;
  for (auto& [key, group] : groups) {
    auto& fits = group.newcomer.fits;
    std::ranges::stable_sort(fits, [](const Fit& a, const Fit& b) { return a.score > b.score; });
    if (fits.size() > kFitsShown) fits.resize(kFitsShown);
    found.push_back(std::move(group.newcomer));
  }
  return found;
}

std::string csv_line(const Newcomer& newcomer) {
  if (newcomer.fits.empty()) return "";
  std::string id;
  for (const char c : newcomer.address) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '_' || c == '-';
    id.push_back(plain ? c : '-');
  }
  const std::string address = id == newcomer.address ? "" : newcomer.address;
  const std::string note = newcomer.name == newcomer.address ? newcomer.model : newcomer.name;
  return quoted(id) + "," + newcomer.fits.front().profile + "," + quoted(address) + ",," +
         quoted(note);
}

}  // namespace shouwang::device
