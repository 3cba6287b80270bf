#include "config/profile_reader.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string_view>
#include <utility>

#include "base/utf8.h"
#include "config/profile_commands.h"
#include "config/profile_fields.h"

namespace shouwang::config {
namespace {

using device::Body;
using device::Form;
using device::Profile;
using device::TopicPattern;
using std::chrono::hours;
using std::chrono::seconds;

// The words of an enum, in the enum's order.
template <class Enum, std::size_t N>
void read_word(const Reader& value, const std::array<std::string_view, N>& words, Enum& target) {
  const auto word = value.one_of(words);
  if (!word) return;
  target = static_cast<Enum>(std::ranges::find(words, *word) - words.begin());
}

constexpr std::array<std::string_view, 6> kBodies = {"json", "text",   "number",
                                                     "hex",  "base64", "bytes"};
constexpr std::array<std::string_view, 3> kRetained = {"restore", "ignore", "treat_as_live"};
constexpr std::array<std::string_view, 3> kStrangers = {"read", "unknown", "ignore"};
constexpr std::array<std::string_view, 3> kLiveTests = {"none", "test", "alarm"};
constexpr std::array<std::string_view, 2> kLinkUnits = {"dBm", "lqi"};
constexpr std::array<std::string_view, 2> kEncodings = {"utf-8", "latin-1"};

constexpr Millis kDay = hours{24};

class ProfileFile {
 public:
  ProfileFile(Reader root, Profile& out, const std::vector<Fault>& faults)
      : root_(std::move(root)), out_(out), faults_(faults), faults_before_(faults.size()) {}

  void read() {
    read_head();
    const Reader messages = root_.need("messages");
    messages.each_element([&](const Reader& form) { read_form(form); });
    if (messages.is_list() && out_.forms.empty())
      messages.fault("a profile reads at least one message");
    check_acknowledge();
    read_commands(root_.child("commands"), out_, faults_.size() == faults_before_);
    root_.close();
  }

 private:
  void read_head() {
    const Reader name = root_.need("profile");
    if (const auto text = name.text()) out_.name = *text;
    const bool is_name = std::ranges::all_of(out_.name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
    const std::string stem = std::filesystem::path(root_.file()).stem().string();
    if (name.is_there() && (out_.name.empty() || !is_name)) {
      name.fault("`" + out_.name + "` is no profile name; allowed: a-z 0-9 . _ -");
    } else if (name.is_there() && out_.name != stem) {
      name.fault("`" + out_.name + "` must be the file's name: `" + stem + "`");
    }
    if (const auto text = root_.need("source").text()) out_.source = *text;
    root_.read("about", out_.about);
    root_.read("remark", out_.remark);
    kind_ = read_kind(root_.child("kind"), device::Kind::device);
    read_word(root_.child("live_test"), kLiveTests, out_.live_test);
    read_word(root_.child("strangers"), kStrangers, out_.strangers);
    read_word(root_.child("retained"), kRetained, out_.retained);
    root_.read("bridge", out_.bridge);
    root_.read("login", out_.login);
    root_.read("sleeps", out_.sleeps);
    root_.read("cached", out_.cached);
    root_.read_span("interval", out_.interval, seconds{1}, 30 * kDay);
    root_.read_span("silent_after", out_.silent_after, seconds{10}, 60 * kDay);
    root_.read_span("repeat_window", out_.repeat_window, Millis{0}, hours{1});
    root_.read_span("stuck_after", out_.stuck_after, std::chrono::minutes{10}, 60 * kDay);
    root_.read_span("test_limit", out_.test_limit, seconds{10}, hours{1});
    root_.read_integer("missing_max", out_.missing_max, 1, 100);
    root_.read("acknowledge", out_.acknowledge);
    if (out_.silent_after > Millis{0} && out_.silent_after < out_.interval) {
      root_.fault_at("silent_after", "`silent_after` is shorter than one `interval`");
    }
    if (out_.stuck_after > Millis{0} && !out_.cached) {
      root_.fault_at("stuck_after", "`stuck_after` needs `cached: true`");
    }
  }

  void read_form(Reader form) {
    Form out;
    read_word(form.child("body"), kBodies, out.body);
    const Reader topics = form.need("topics");
    read_topics(topics, out);
    for (const auto& [text, reader] : form.child("except").words()) {
      if (const auto sound = device::check_filter(text); !sound) {
        reader.fault("`" + text + "` is no topic filter: " + sound.error().what);
      }
      out.except.push_back(text);
    }
    const auto encoding = form.child("encoding").one_of(kEncodings);
    out.latin1 = encoding == "latin-1";
    const Places places{.form = &out};
    read_naming(form, out, places);
    check_naming(topics, form, out);
    out.applies = read_conditions(form.child("applies"), places);
    form.child("expects").each_element(
        [&](const Reader& key) { out.expects.push_back(read_source(key, places).path); });
    form.child("fields").each_element([&](const Reader& field) {
      out.fields.push_back(read_field(field, kind_, places));
      rules_.check(out.fields.back(), field);
    });
    form.child("when").each_element(
        [&](const Reader& change) { out.changes.push_back(read_change(change, places)); });
    read_marks(form, out, places);
    form.close();
    out_.forms.push_back(std::move(out));
  }

  static void read_topics(const Reader& topics, Form& out) {
    for (const auto& [text, reader] : topics.words()) {
      if (auto pattern = device::parse_pattern(text)) {
        out.topics.push_back(std::move(*pattern));
      } else {
        reader.fault("`" + text + "` is no topic: " + pattern.error().what);
      }
    }
  }

  // Where the device's address stands.
  static void read_naming(Reader& form, Form& out, const Places& places) {
    const Reader each = form.child("each");
    if (each.is_there()) out.each = read_source(each, places).path;
    const Reader device = form.child("device");
    if (device.text() == "key") {
      out.naming = Form::Naming::key;
      if (!out.each) device.fault("`device: key` needs `each`: the places whose keys are devices");
    } else if (device.is_there()) {
      out.naming = Form::Naming::value;
      out.device = read_source(device, places);
    }
  }

  static void check_naming(const Reader& topics, const Reader& form, const Form& out) {
    const bool in_body = out.naming != Form::Naming::topic;
    for (const TopicPattern& topic : out.topics) {
      const bool in_topic = device::has_capture(topic, "device");
      if (!in_topic && !in_body) {
        topics.fault("topic `" + device::filter_of(topic) +
                     "` has no {device}, and `device` does not say where its address stands");
      } else if (in_topic && in_body) {
        form.fault_at("device",
                      "the address stands in topic `" + device::filter_of(topic) + "` already");
      }
    }
  }

  static void read_marks(Reader& form, Form& out, const Places& places) {
    const Reader retained = form.child("retained");
    if (retained.is_there()) {
      out.retained = device::Retained::restore;
      read_word(retained, kRetained, *out.retained);
    }
    const Reader time = form.child("time");
    if (time.is_there()) out.time = read_time(time, places);
    const Reader link = form.child("link");
    if (link.is_there()) read_link(link, out, places);
    const auto read_place = [&](std::string_view key, device::Source& target) {
      const Reader place = form.child(key);
      if (place.is_there()) target = read_source(place, places);
    };
    read_place("event_id", out.event_id);
    read_place("sequence", out.sequence);
    read_place("boot", out.boot);
    if (out.boot.is_set && !out.sequence.is_set) form.fault_at("boot", "`boot` needs `sequence`");
  }

  static void read_link(Reader link, Form& out, const Places& places) {
    out.link = read_source(link.need("at"), places);
    read_word(link.need("unit"), kLinkUnits, out.link_unit);
    link.close();
  }

  void check_acknowledge() {
    if (out_.acknowledge.empty()) return;
    const auto topic = device::parse_pattern(out_.acknowledge);
    if (!topic) {
      root_.fault_at("acknowledge",
                     "`" + out_.acknowledge + "` is no topic: " + topic.error().what);
      return;
    }
    const bool can_be_filled = std::ranges::all_of(topic->levels, [](const device::Level& level) {
      return !level.is_open ||
             ((level.name == "device" || level.name == "community") && level.text.empty());
    });
    if (!can_be_filled) {
      root_.fault_at("acknowledge", "only {community} and {device} can be filled in");
    }
  }

  Reader root_;
  Profile& out_;
  const std::vector<Fault>& faults_;
  std::size_t faults_before_;
  device::Kind kind_ = device::Kind::device;
  FieldRules rules_;
};

std::optional<std::string> text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return in.bad() ? std::nullopt : std::optional(text.str());
}

// By name, which is their order too.
using ProfileFiles = std::map<std::string, std::filesystem::path>;

void find_profiles(const std::filesystem::path& directory, ProfileFiles& files) {
  std::error_code error;
  for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    const auto& path = at->path();
    if (path.extension() == ".yaml") files.insert_or_assign(path.filename().string(), path);
  }
}

}  // namespace

std::optional<Profile> read_profile(const std::string& text, const std::string& file,
                                    std::vector<Fault>& faults) {
  const std::size_t before = faults.size();
  Profile profile;
  if (is_utf8(text)) {
    Reader root = Reader::parse(text, file, faults);
    if (!root.is_there() && faults.size() == before) root.fault("the file is empty");
    if (root.is_there()) ProfileFile(root, profile, faults).read();
  } else {
    faults.push_back({.file = file, .what = "not UTF-8"});
  }
  if (faults.size() > before) return std::nullopt;
  return profile;
}

std::vector<Profile> read_profiles(const std::filesystem::path& directory, const std::string& shown,
                                   std::vector<Fault>& faults,
                                   const std::filesystem::path& library) {
  std::vector<Profile> profiles;
  ProfileFiles files;
  if (!library.empty()) find_profiles(library, files);
  find_profiles(directory, files);
  for (const auto& [name, path] : files) {
    const bool is_own = path.parent_path() == directory;
    const std::string file = is_own ? shown + "/" + name : path.string();
    const auto text = text_of(path);
    if (!text) {
      faults.push_back({.file = file, .what = "can not be read"});
      continue;
    }
    if (auto profile = read_profile(*text, file, faults)) profiles.push_back(std::move(*profile));
  }
  if (files.empty()) faults.push_back({.file = shown, .what = "there is no profile (*.yaml) here"});
  return profiles;
}

}  // namespace shouwang::config
