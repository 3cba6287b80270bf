#include "config/profile_commands.h"

#include <algorithm>
#include <array>

#include "device/decoder.h"

namespace shouwang::config {
namespace {

using device::Command;
using device::CommandForm;
using device::Form;
using device::Level;
using device::Profile;
using device::Signal;
using device::TopicPattern;
using device::Verdict;
using device::Witness;
using std::chrono::seconds;

constexpr std::size_t kPayloadBytesMax = 1024;
constexpr std::array<std::string_view, 3> kWitnesses = {"device", "home", "nobody"};
constexpr std::string_view kProbe = "x";

// A topic that the pattern brings.
std::string example_of(const TopicPattern& pattern) {
  std::string topic;
  for (const Level& level : pattern.levels) {
    if (&level != &pattern.levels.front()) topic.push_back('/');
    std::string text = level.is_open && level.text.empty() ? std::string(kProbe) : level.text;
    std::ranges::replace(text, '*', 'x');
    topic += text;
  }
  return topic;
}

// Everything that the profile would read in the payload, if the device said it.
std::vector<Signal> read_as_report(const Profile& profile, const std::string& payload) {
  Profile open = profile;
  open.strangers = device::Strangers::read;
  for (Form& form : open.forms) {
    form.applies.clear();
    form.except.clear();
  }
  std::vector<std::string> topics;
  for (const Form& form : open.forms) {
    for (const TopicPattern& topic : form.topics) topics.push_back(example_of(topic));
  }
  const device::Decoder decoder({std::move(open)});
  std::vector<Signal> signals;
  for (const std::string& topic : topics) {
    const auto decoding =
        decoder.decode({.topic = topic, .payload = payload}, Instant{}, device::Directory());
    for (const auto& decoded : decoding.reports) {
      std::ranges::copy(decoded.report.signals, std::back_inserter(signals));
    }
  }
  return signals;
}

bool may_say(const Form& form, Command command) {
  const auto tells = [&](const device::Field& field, const device::Verdicts& verdicts) {
    return std::ranges::any_of(verdicts, [&](const Verdict& verdict) {
      std::vector<device::Kind> kinds{verdict.kind.value_or(field.kind)};
      if (!verdict.kind) {
        for (const auto& [word, kind] : field.kinds) kinds.push_back(kind);
      }
      return std::ranges::any_of(kinds, [&](device::Kind kind) {
        return device::confirms(command, {.kind = kind, .meaning = verdict.meaning});
      });
    });
  };
  return std::ranges::any_of(form.fields, [&](const device::Field& field) {
    if (tells(field, field.always) || (!field.map.empty() && tells(field, field.otherwise))) {
      return true;
    }
    return std::ranges::any_of(field.map,
                               [&](const auto& entry) { return tells(field, entry.second); });
  });
}

class CommandReader {
 public:
  CommandReader(Profile& profile, bool is_sound) : profile_(profile), is_sound_(is_sound) {}

  void read(Command command, Reader at) {
    CommandForm form{.command = command};
    if (!at.is_map()) {
      return at.fault("`" + std::string(name_of(command)) +
                      "` must be a map: {topic: .., payload: ..}");
    }
    read_topic(at.need("topic"), form);
    read_payload(at.need("payload"), form);
    const Reader by = at.child("confirmed_by");
    if (const auto word = by.one_of(kWitnesses)) form.confirmed_by = *device::witness_named(*word);
    at.read_span("within", form.within, seconds{1}, seconds{60});
    at.read_integer("tries", form.tries, 1, device::kTriesMax);
    check_witness(by.is_there() ? by : at, form);
    at.close();
    profile_.commands.push_back(std::move(form));
  }

 private:
  void read_topic(const Reader& at, CommandForm& form) const {
    const auto text = at.text();
    if (!text) return;
    form.topic = *text;
    const auto pattern = device::parse_pattern(*text);
    if (!pattern) return at.fault("`" + *text + "` is no topic: " + pattern.error().what);
    const bool can_be_filled = std::ranges::all_of(pattern->levels, [](const Level& level) {
      return !level.is_open ||
             ((level.name == "device" || level.name == "community") && level.text.empty());
    });
    if (!can_be_filled) return at.fault("only {community} and {device} can be filled in");
    if (!device::has_capture(*pattern, "device")) {
      return at.fault("the topic has no {device}: it would not be one device's alone");
    }
    if (text->starts_with('$')) return at.fault("topics that begin with $ are the broker's own");
    check_echo(at, example_of(*pattern));
  }

  // What the profile reads itself would come back as the device's own words.
  void check_echo(const Reader& at, const std::string& topic) const {
    for (const Form& form : profile_.forms) {
      const bool excluded = std::ranges::any_of(form.except, [&](const std::string& filter) {
        return device::filter_matches(filter, topic);
      });
      for (const TopicPattern& read : form.topics) {
        if (excluded || !device::filter_matches(device::filter_of(read), topic)) continue;
        return at.fault("the profile reads this topic itself (`" + device::filter_of(read) +
                        "`): the command would pass for its own confirmation");
      }
    }
  }

  void read_payload(const Reader& at, CommandForm& form) const {
    const auto text = at.text();
    if (!text) return;
    form.payload = *text;
    if (text->empty() || text->size() > kPayloadBytesMax) {
      return at.fault("a payload has 1 .. " + std::to_string(kPayloadBytesMax) + " bytes");
    }
    if (!is_sound_) return;
    const auto wrong = [&](const Signal& signal) { return contradicts(form.command, signal); };
    const auto signals = read_as_report(profile_, *text);
    const auto found = std::ranges::find_if(signals, wrong);
    if (found == signals.end()) return;
    at.fault("in this profile's own words the payload says `" +
             std::string(name_of(found->meaning)) + "`: the opposite of " +
             std::string(name_of(form.command)));
  }

  void check_witness(const Reader& at, const CommandForm& form) const {
    const bool is_valve = form.command == Command::close_valve;
    if (form.confirmed_by == Witness::nobody && is_valve) {
      return at.fault("that a valve is closed must be confirmed: by device or home");
    }
    if (form.confirmed_by == Witness::home && !is_valve) {
      return at.fault("only a valve can be confirmed by another device of the home");
    }
    if (form.confirmed_by != Witness::device || !is_sound_) return;
    const bool can_say = std::ranges::any_of(
        profile_.forms, [&](const Form& one) { return may_say(one, form.command); });
    if (!can_say) {
      at.fault("no field of this profile ever says that " + std::string(name_of(form.command)) +
               " is done: it could not be confirmed");
    }
  }

  Profile& profile_;
  bool is_sound_;
};

void check_retained(const Reader& commands, const Profile& profile) {
  const auto trusts = [](device::Retained retained) {
    return retained == device::Retained::treat_as_live;
  };
  const bool any =
      trusts(profile.retained) || std::ranges::any_of(profile.forms, [&](const Form& f) {
        return f.retained && trusts(*f.retained);
      });
  if (any) commands.fault("with `retained: treat_as_live` an old state would confirm a command");
}

}  // namespace

std::string listed_commands() {
  std::string text;
  for (std::size_t i = 0; i < device::kCommandCount; ++i) {
    text += (i == 0 ? "" : ", ") + std::string(name_of(static_cast<Command>(i)));
  }
  return text;
}

void read_commands(Reader commands, Profile& profile, bool is_sound) {
  if (!commands.is_there()) return;
  CommandReader reader(profile, is_sound);
  commands.each_entry([&](const std::string& name, const Reader& key, const Reader& value) {
    if (const auto command = device::command_named(name)) return reader.read(*command, value);
    const bool opens = name.find("open") != std::string::npos;
    key.fault("`" + name + "` is no command" + (opens ? ": none ever opens a valve" : "") +
              "; allowed: " + listed_commands());
  });
  commands.close();
  check_retained(commands, profile);
}

}  // namespace shouwang::config
