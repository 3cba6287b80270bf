#include "notify/words.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <tuple>
#include <utility>
#include <vector>

#include "base/utf8.h"

namespace shouwang::notify {
namespace {

using dispatch::Item;
using dispatch::Letter;
using household::Role;
using household::Roles;
using incident::Phase;

constexpr std::string_view kEllipsis = "…";
constexpr std::size_t kPlaceMin = 3;  // Less of a place than that tells nobody anything.

// Letters that call people: they get advice.
bool is_call(Letter letter) {
  switch (letter) {
    case Letter::first:
    case Letter::again:
    case Letter::also:
    case Letter::handed_back:
    case Letter::help_needed:
    case Letter::no_relative:
    case Letter::door_overdue:
    case Letter::assigned: return true;
    case Letter::info:
    case Letter::going:
    case Letter::normal_again:
    case Letter::job:
    case Letter::remind_close:
    case Letter::spot:
    case Letter::ending:
    case Letter::upkeep:
    case Letter::outage:
    case Letter::diary: return false;
  }
  return false;
}

// Letters that also say who else was told: the first that somebody gets.
bool may_tell_told(Letter letter) {
  return letter == Letter::first || letter == Letter::info || letter == Letter::also ||
         letter == Letter::assigned;
}

// Whether "who is going" is news beside the letter's own sentence.
bool may_tell_going(Letter letter) {
  return letter != Letter::going && letter != Letter::again && letter != Letter::handed_back &&
         letter != Letter::ending;
}

// What matters most in a list of several, by letter: the smaller, the more.
int rank_of(Letter letter) {
  static constexpr std::array<int, dispatch::kLetterCount> kRanks = {
      // first info again also going handed_back help_needed no_relative
      0, 9, 5, 6, 11, 3, 1, 7,
      // normal_again door_overdue assigned job remind_close spot ending upkeep outage diary
      12, 4, 2, 8, 13, 10, 14, 15, 16, 17};
  return kRanks[static_cast<std::size_t>(letter)];
}

// Free text may hold line ends, or what would be taken for a placeholder.
std::string one_line(std::string_view text) {
  std::string line = printable(text);
  std::ranges::replace_if(
      line, [](char c) { return c == '\n' || c == '\t'; }, ' ');
  for (auto at = line.find("{{"); at != std::string::npos; at = line.find("{{", at)) {
    line.replace(at, 2, "{ ");
  }
  return line;
}

std::string last_characters(std::string_view text, std::size_t count) {
  const std::size_t all = count_characters(text);
  if (count >= all) return std::string(text);
  return std::string(text.substr(first_characters(text, all - count).size()));
}

struct Entry {
  Letter letter = Letter::first;
  Roles roles;
  const Scene* scene = nullptr;
};

class Writer {
 public:
  Writer(const Phrases& phrases, const dispatch::Parcel& parcel, const Receiver& receiver,
         Instant now, CommonWords& common)
      : phrases_(phrases), parcel_(parcel), receiver_(receiver), now_(now), common_(common) {}

  Text write(const SceneOf& scene_of) {
    read(scene_of);
    if (entries_.empty()) return unknown();
    return entries_.size() == 1 ? single() : group();
  }

 private:
  // The entries of what is still known, the most important first.
  void read(const SceneOf& scene_of) {
    for (const Item& item : parcel_.items) {
      const Scene* scene = scene_of(item.incident);
      if (scene == nullptr) continue;
      // An alarm that has ended meanwhile is told as what it is.
      const Letter letter = scene->phase == Phase::closed ? Letter::ending : item.letter;
      entries_.push_back({.letter = letter, .roles = item.roles, .scene = scene});
    }
    std::ranges::stable_sort(entries_, {}, [](const Entry& entry) {
      const Scene& scene = *entry.scene;
      return std::tuple{rank_of(entry.letter), scene.severity != incident::Severity::critical,
                        -device::urgency_of(scene.kind), scene.raised_at};
    });
  }

  // Nothing is known of the incident any more; the link still leads there.
  Text unknown() const {
    const std::string& id = parcel_.items.front().incident.str();
    return {.title = std::string(first_characters(id, kTitleMax)), .body = id + "\n{{link}}"};
  }

  Text single() {
    const Entry& entry = entries_.front();
    const Fields& fields = common_fields(entry);
    add_late();
    add(what(entry, fields));
    add_orders(entry);
    add_origin(*entry.scene);
    add_own_time(*entry.scene);
    add_advice(entry, fields);
    add_told(entry);
    if (entry.scene->lead && may_tell_going(entry.letter)) add(say({"message.going"}, fields));
    if (entry.letter == Letter::ending && entry.roles.has(Role::relative)) {
      add(say({"message.rate"}, fields));
    }
    add_link(fields);
    return {.title = common_title(entry, fields), .body = std::move(body_)};
  }

  const Fields& common_fields(const Entry& entry) const {
    const CommonWords::Reading reading{entry.scene, receiver_.language, receiver_.zone,
                                       receiver_.role_labels, entries_.size()};
    const auto known = common_.fields.find(reading);
    if (known != common_.fields.end()) return known->second;
    return common_.fields.emplace(reading, fields_of(entry)).first->second;
  }

  std::string common_title(const Entry& entry, const Fields& fields) const {
    const auto write = [&] {
      return title(entry, "message.title." + std::string(name_of(entry.letter)), fields);
    };
    if (parcel_.maybe_repeated) return write();
    const auto [known, added] = common_.titles.try_emplace({&fields, entry.letter});
    if (added) known->second = write();
    return known->second;
  }

  Text group() {
    const Entry& top = entries_.front();
    const Fields& fields = common_fields(top);
    add_late();
    add(say({"message.group.what"}, fields));
    const std::size_t listed = std::min(kListedMax, entries_.size());
    for (std::size_t i = 0; i < listed; ++i) add_line(entries_[i], i + 1);
    if (listed < entries_.size()) {
      Fields rest;
      rest.text("count", std::to_string(entries_.size() - listed));
      add(say({"message.group.more"}, rest));
    }
    add_advice(top, fields);
    const bool over = top.letter == Letter::ending;
    const char* key = over ? "message.group.title_ended" : "message.group.title";
    return {.title = title(top, key, fields), .body = std::move(body_)};
  }

  std::string say(std::initializer_list<std::string_view> keys, const Fields& fields) const {
    return phrases_.say(receiver_.language, keys, fields);
  }

  // A phrase without fields.
  std::string say(std::string_view key) const {
    static const Fields kNone;
    return say({key}, kNone);
  }

  void add(const std::string& line) {
    if (line.empty()) return;
    if (!body_.empty()) body_ += '\n';
    body_ += line;
  }

  // "02:40", with the day if it was not today.
  std::string clock(Instant at, const Zone& zone) const {
    const LocalTime local = zone.local(at);
    const LocalTime today = zone.local(now_);
    if (local.day == today.day && local.month == today.month) return format_clock(local);
    std::array<char, 16> day{};
    std::snprintf(day.data(), day.size(), "%02u-%02u ", local.month, local.day);
    return day.data() + format_clock(local);
  }

  // "GAS": how a title begins.
  std::string type_of(device::Kind kind) const { return word("message.type.", kind); }
  // "gas alarm": within a sentence.
  std::string alarm_of(device::Kind kind) const { return word("message.alarm.", kind); }

  std::string word(const std::string& stem, device::Kind kind) const {
    const std::string name(device::name_of(kind));
    const std::string found = say(stem + name);
    return found.empty() ? name : found;
  }

  std::string role_label(Role role) const {
    if (receiver_.role_labels != nullptr) {
      const auto label = receiver_.role_labels->find(role);
      if (label != receiver_.role_labels->end()) return label->second;
    }
    return say("message.role." + std::string(name_of(role)));
  }

  std::string listed(const std::vector<std::string>& words) const {
    std::vector<std::string> once;
    for (const std::string& word : words) {
      if (!word.empty() && std::ranges::find(once, word) == once.end()) once.push_back(word);
    }
    const std::string comma = say("message.list_comma");
    std::string text;
    for (const std::string& word : once) {
      text += (text.empty() ? "" : comma.empty() ? ", " : comma) + word;
    }
    return text;
  }

  Fields fields_of(const Entry& entry) const {
    const Scene& scene = *entry.scene;
    const std::string kind(device::name_of(scene.kind));
    Fields fields;
    fields.text("type", type_of(scene.kind));
    fields.text("alarm", alarm_of(scene.kind));
    fields.text("place", one_line(scene.place));
    fields.text("time", clock(scene.raised_at, *receiver_.zone));
    const bool reported = scene.origin == incident::Origin::manual;
    const std::string stem = reported ? "message.reported." : "message.event.";
    fields.text("event", say(stem + kind));
    std::vector<std::string> kinds;
    for (const device::Kind one : scene.kinds) kinds.push_back(alarm_of(one));
    fields.text("kinds", listed(kinds));
    const auto elapsed = std::chrono::floor<std::chrono::minutes>(now_ - scene.raised_at).count();
    fields.text("elapsed", std::to_string(elapsed));
    fields.flag("has_elapsed", elapsed >= 1);
    add_lead(fields, scene);
    if (scene.cause) {
      fields.text("cause", say("message.cause." + std::string(name_of(*scene.cause))));
    }
    fields.text("shelter", one_line(scene.shelter));
    fields.text("count", std::to_string(entries_.size()));
    fields.text("link", "{{link}}");
    return fields;
  }

  void add_lead(Fields& fields, const Scene& scene) const {
    const std::string label = scene.lead ? role_label(*scene.lead) : "";
    fields.text("role", label.empty() ? say("message.somebody") : label);
    fields.flag("has_lead", scene.lead.has_value());
    fields.flag("arrived", scene.arrived);
    fields.flag("has_minutes", scene.minutes.has_value());
    if (scene.minutes) fields.text("minutes", std::to_string(*scene.minutes));
  }

  // The one line that goes out even if the catalogue is empty.
  std::string bare(const Entry& entry, const std::string& place) const {
    const std::string time = clock(entry.scene->raised_at, *receiver_.zone);
    return type_of(entry.scene->kind) + " " + place + (place.empty() ? "" : " ") + time;
  }

  std::string title(const Entry& entry, const std::string& key, const Fields& fields) const {
    const std::string mark = parcel_.maybe_repeated ? say("message.repeat") : std::string();
    const std::size_t room = kTitleMax - std::min(kTitleMax / 2, count_characters(mark));
    const auto written = [&](const std::string& place, const Fields& with) {
      const std::string text = one_line(say({key}, with));
      return text.empty() ? bare(entry, place) : text;
    };
    const std::string place = one_line(entry.scene->place);
    std::string text = written(place, fields);
    if (count_characters(text) > room) {
      const std::string less = shortened_place(*entry.scene, place, count_characters(text) - room);
      Fields shortened = fields_of(entry);
      shortened.text("place", less);
      text = written(less, shortened);
    }
    // A title that is too long even without a place says the three things that matter.
    if (count_characters(text) > room) text = fitting(entry, place, room);
    return std::string(first_characters(text, room)) + mark;
  }

  std::string fitting(const Entry& entry, const std::string& place, std::size_t room) const {
    const std::size_t length = count_characters(bare(entry, place));
    if (length <= room) return bare(entry, place);
    return bare(entry, shortened_place(*entry.scene, place, length - room));
  }

  // A place's end says most ("…4单元302"); of what somebody typed, the beginning does.
  static std::string shortened_place(const Scene& scene, const std::string& place,
                                     std::size_t excess) {
    const std::size_t length = count_characters(place);
    if (length < excess + 1 + kPlaceMin) return "";
    const std::size_t kept = length - excess - 1;
    if (scene.free_place) return std::string(first_characters(place, kept)).append(kEllipsis);
    return std::string(kEllipsis) + last_characters(place, kept);
  }

  std::string what(const Entry& entry, const Fields& fields) const {
    const std::string general = "message.what." + std::string(name_of(entry.letter));
    const std::string own = general + "." + std::string(name_of(audience_of(entry.roles)));
    const std::string sentence = say({own, general}, fields);
    return sentence.empty() ? bare(entry, one_line(entry.scene->place)) : sentence;
  }

  void add_late() {
    if (now_ - parcel_.not_before < kLateAfter) return;
    Fields fields;
    fields.text("time", clock(parcel_.created_at, *receiver_.zone));
    add(say({"message.delayed"}, fields));
  }

  // What devices on the spot have done or not, for those who go there and those who send them.
  void add_orders(const Entry& entry) {
    const Audience audience = audience_of(entry.roles);
    const bool goes = audience == Audience::responder || audience == Audience::desk;
    // Whoever gets a letter about it is on the way, in whatever capacity.
    if (!goes && entry.letter != Letter::spot) return;
    if (entry.letter == Letter::ending) return;
    std::vector<std::string> lines;
    for (const incident::Order& order : entry.scene->orders) {
      Fields fields;
      fields.text("time", clock(order.at, *receiver_.zone));
      const std::string line = say({"message.order." + std::string(name_of(order.command)) + "." +
                                    std::string(incident::standing_of(order))},
                                   fields);
      if (std::ranges::find(lines, line) != lines.end()) continue;
      lines.push_back(line);
      add(line);
    }
  }

  void add_origin(const Scene& scene) {
    if (scene.origin == incident::Origin::restored) add(say("message.origin.restored"));
    if (scene.origin == incident::Origin::set_aside) add(say("message.origin.set_aside"));
  }

  void add_own_time(const Scene& scene) {
    if (receiver_.own_zone == nullptr) return;
    const LocalTime there = receiver_.own_zone->local(scene.raised_at);
    if (there == receiver_.zone->local(scene.raised_at)) return;
    Fields fields;
    fields.text("time", format_minute(there));
    add(say({"message.own_time"}, fields));
  }

  void add_advice(const Entry& entry, const Fields& fields) {
    if (!is_call(entry.letter)) return;
    const std::string kind(device::name_of(entry.scene->kind));
    const Audience audience = audience_of(entry.roles);
    const std::string name(name_of(audience));
    const bool directs = audience == Audience::responder || audience == Audience::desk;
    if (directs && entry.scene->severity == incident::Severity::critical) {
      add(say({"message.critical"}, fields));
    }
    add(say({"message.do." + kind + "." + name, "message.do.other." + name}, fields));
    const bool gas_too =
        std::ranges::find(entry.scene->kinds, device::Kind::gas) != entry.scene->kinds.end();
    if (gas_too && entry.scene->kind != device::Kind::gas) add(say({"message.mixed_gas"}, fields));
    const auto roles = entry.roles.list();
    if (audience == Audience::resident && std::ranges::any_of(roles, household::is_responder)) {
      add(say({"message.inside"}, fields));
    }
    if (!entry.scene->shelter.empty() && audience != Audience::specialist) {
      add(say({"message.shelter"}, fields));
    }
    add(say({"message.emergency." + kind}, fields));
  }

  // Who else knows: everybody's role but the reader's own.
  void add_told(const Entry& entry) {
    if (!may_tell_told(entry.letter)) return;
    std::vector<std::string> labels;
    for (const Role role : entry.scene->told.list()) {
      const bool of_interest = role != Role::viewer && role != Role::installer;
      if (of_interest && !entry.roles.has(role)) labels.push_back(role_label(role));
    }
    Fields fields;
    fields.text("roles", listed(labels));
    if (!listed(labels).empty()) add(say({"message.told"}, fields));
  }

  void add_link(const Fields& fields) {
    const std::string line = say({"message.link"}, fields);
    add(line.find("{{link}}") == std::string::npos ? "{{link}}" : line);
  }

  void add_line(const Entry& entry, std::size_t number) {
    Fields fields = fields_of(entry);
    fields.text("number", std::to_string(number));
    const std::string state = state_of(entry, fields);
    fields.text("state", state);
    fields.flag("has_state", !state.empty());
    const std::string line = say({"message.group.line"}, fields);
    add(line.empty() ? bare(entry, one_line(entry.scene->place)) : line);
    add("{{link:" + entry.scene->id.str() + "}}");
  }

  std::string state_of(const Entry& entry, const Fields& fields) const {
    if (entry.scene->phase == Phase::closed) return say({"message.state.ended"}, fields);
    if (entry.scene->arrived) return say({"message.state.there"}, fields);
    return entry.scene->lead ? say({"message.state.going"}, fields) : "";
  }

  const Phrases& phrases_;
  const dispatch::Parcel& parcel_;
  const Receiver& receiver_;
  Instant now_;
  CommonWords& common_;
  std::vector<Entry> entries_;
  std::string body_;
};

}  // namespace

Text Words::write(const dispatch::Parcel& parcel, const SceneOf& scene_of, const Receiver& receiver,
                  Instant now, CommonWords& common) const {
  return Writer(phrases_, parcel, receiver, now, common).write(scene_of);
}

}  // namespace shouwang::notify
