#include "notify/phrases.h"

#include <algorithm>
#include <array>

#include "device/signal.h"
#include "dispatch/book.h"
#include "dispatch/parcel.h"
#include "incident/incident.h"
#include "notify/field_names.h"

namespace shouwang::notify {
namespace {

using household::Role;
using household::Roles;

constexpr std::string_view kGroup = "message.";

const Roles kDesk{Role::duty_a, Role::duty_b, Role::secretary, Role::director};

std::string same(const std::string& text) { return text; }

// Every enumerator up to `last`, by name, below `stem`.
template <class Enum>
void need(std::vector<std::string>& keys, const std::string& stem, Enum last) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    keys.push_back(stem + std::string(name_of(static_cast<Enum>(i))));
  }
}

// Keys behind "message." that stand for themselves.
constexpr const char* kPlain[] = {"repeat",
                                  "delayed",
                                  "origin.restored",
                                  "origin.set_aside",
                                  "own_time",
                                  "critical",
                                  "inside",
                                  "shelter",
                                  "told",
                                  "going",
                                  "somebody",
                                  "rate",
                                  "link",
                                  "list_comma",
                                  "mixed_gas",
                                  "group.title",
                                  "group.title_ended",
                                  "group.what",
                                  "group.line",
                                  "group.more",
                                  "state.ended",
                                  "state.going",
                                  "state.there",
                                  "upkeep.title",
                                  "upkeep.what",
                                  "upkeep.line",
                                  "upkeep.more",
                                  "upkeep.do",
                                  "outage.title",
                                  "outage.what",
                                  "outage.do.desk",
                                  "outage.do.responder",
                                  "diary.title",
                                  "diary.what",
                                  "diary.no_alarm",
                                  "diary.alarm",
                                  "diary.open",
                                  "diary.unanswered",
                                  "diary.false",
                                  "diary.left_open",
                                  "diary.notes",
                                  "diary.note",
                                  "diary.matters",
                                  "diary.matter",
                                  "diary.silent",
                                  "diary.not_in_service",
                                  "diary.never_heard",
                                  "diary.nuisances",
                                  "diary.device",
                                  "diary.more"};

std::vector<std::string> needed_keys() {
  std::vector<std::string> keys;
  for (const char* key : kPlain) {
    keys.push_back(std::string(kGroup) + key);
  }
  need(keys, "message.type.", device::Kind::device);
  need(keys, "message.alarm.", device::Kind::device);
  need(keys, "message.event.", device::Kind::device);
  need(keys, "message.reported.", device::Kind::device);
  need(keys, "message.role.", Role::viewer);
  need(keys, "message.cause.", incident::Cause::unknown);
  need(keys, "message.title.", dispatch::Letter::ending);
  need(keys, "message.what.", dispatch::Letter::ending);
  need(keys, "message.do.other.", Audience::desk);
  for (std::size_t i = 0; i < device::kCommandCount; ++i) {
    const std::string stem =
        "message.order." + std::string(name_of(static_cast<device::Command>(i))) + ".";
    for (const char* word : {"sent", "overdue", "confirmed", "failed"}) keys.push_back(stem + word);
    if (static_cast<device::Command>(i) != device::Command::close_valve) {
      keys.push_back(stem + "unheard");
    }
  }
  for (const std::string_view fault : dispatch::kFaults) {
    keys.push_back("message.fault." + std::string(fault));
  }
  return keys;
}

}  // namespace

std::string_view name_of(Audience audience) {
  static constexpr std::array<std::string_view, 5> kNames{"resident", "relative", "responder",
                                                          "desk", "specialist"};
  return kNames[static_cast<std::size_t>(audience)];
}

Audience audience_of(const Roles& roles) {
  if (roles.has(Role::resident)) return Audience::resident;
  if (roles.has_any(kDesk)) return Audience::desk;
  for (const Role role : roles.list()) {
    if (household::is_responder(role)) return Audience::responder;
  }
  if (roles.has(Role::specialist)) return Audience::specialist;
  if (roles.has(Role::relative)) return Audience::relative;
  return Audience::desk;
}

Phrases::Phrases(const Catalogue& catalogue) : fallback_(catalogue.fallback) {
  for (const auto& [language, texts] : catalogue.languages) {
    Texts& phrases = languages_[language];
    for (auto at = texts.lower_bound(kGroup); at != texts.end() && at->first.starts_with(kGroup);
         ++at) {
      auto phrase = TextTemplate::parse(at->second, same);
      if (phrase) phrases.emplace(at->first, std::move(*phrase));
    }
  }
}

const TextTemplate* Phrases::find(const std::string& language,
                                  std::initializer_list<std::string_view> keys) const {
  const auto texts = languages_.find(language);
  if (texts == languages_.end()) return nullptr;
  for (const std::string_view key : keys) {
    const auto phrase = texts->second.find(key);
    if (phrase != texts->second.end()) return &phrase->second;
  }
  return nullptr;
}

std::string Phrases::say(std::string_view language, std::initializer_list<std::string_view> keys,
                         const Fields& fields) const {
  const TextTemplate* phrase = find(std::string(language), keys);
  if (phrase == nullptr) phrase = find(fallback_, keys);
  return phrase == nullptr ? "" : phrase->render(fields);
}

std::vector<std::string> check_messages(const Catalogue& catalogue) {
  std::vector<std::string> wrong;
  for (const auto& [language, texts] : catalogue.languages) {
    for (const std::string& key : needed_keys()) {
      if (!texts.contains(key)) wrong.push_back(language + ": " + key + " is missing");
    }
    for (auto at = texts.lower_bound(kGroup); at != texts.end() && at->first.starts_with(kGroup);
         ++at) {
      const auto phrase = TextTemplate::parse(at->second, same);
      if (!phrase) {
        wrong.push_back(language + ": " + at->first + ": " + phrase.error().what);
        continue;
      }
      for (const std::string& name : phrase->names()) {
        if (std::ranges::find(kMessageFields, name) != kMessageFields.end()) continue;
        wrong.push_back(language + ": " + at->first + ": there is no field `" + name + "`");
      }
    }
  }
  return wrong;
}

}  // namespace shouwang::notify
