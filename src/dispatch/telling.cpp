#include <algorithm>
#include <array>
#include <cstdio>

#include "base/planted.h"
#include "dispatch/work.h"

namespace shouwang::dispatch {
namespace {

using household::Address;
using household::Role;
using household::Roles;
using incident::Told;

constexpr std::chrono::hours kParcelLife{24};

// A repeat that is older than the next one would be is of no use.
Instant expiry(const File& file, Urgency urgency, Instant leave) {
  return leave + (urgency == Urgency::again ? file.ladder.loop.every : Millis{kParcelLife});
}

ParcelKey next_key(const Book& book, File& file) {
  std::array<char, 16> number{};
  std::snprintf(number.data(), number.size(), ".%05u", ++file.parcels);
  return ParcelKey(file.incident.id.str() + number.data() + book.life);
}

bool is_alarm_letter(Letter letter) {
  switch (letter) {
    case Letter::first:
    case Letter::info:
    case Letter::again:
    case Letter::also:
    case Letter::handed_back:
    case Letter::help_needed:
    case Letter::no_relative:
    case Letter::door_overdue:
    case Letter::assigned:
    case Letter::job: return true;
    case Letter::going:
    case Letter::normal_again:
    case Letter::remind_close:
    case Letter::spot:
    case Letter::ending:
    case Letter::upkeep:
    case Letter::outage:
    case Letter::diary: return false;
  }
  return false;
}

// Of what is told to everybody at once. That it rings again is a call, not news.
Urgency urgency_of(Letter letter) {
  if (letter == Letter::handed_back) return Urgency::again;
  return letter == Letter::ending ? Urgency::ending : Urgency::update;
}

// When a parcel about `incident` may leave: at once, unless the person was written to about
// something else a moment ago. An alarm does not wait for company of what is over.
Instant leave_at(Work& work, const Mailbox& box, const IncidentId& incident, Letter letter) {
  const Instant window_end = box.last_at + work.book.rules->group_window;
  if (planted::is(planted::Bug::hold_first)) return work.now + work.book.rules->group_window;
  if (planted::is(planted::Bug::late_ending) && letter == Letter::ending) {
    return work.now + std::chrono::hours{12};
  }
  if (window_end <= work.now || box.last_about.empty() || box.last_about.contains(incident)) {
    return work.now;
  }
  const bool is_busy = std::ranges::any_of(box.last_about, [&](const IncidentId& id) {
    const File* other = work.file(id);
    return other != nullptr && other->incident.is_open();
  });
  return is_alarm_letter(letter) && !is_busy ? work.now : window_end;
}

// Whether the person already knows of the emergency from an incident linked to this one.
bool told_in_linked(Work& work, const File& file, const PersonId& person) {
  return std::ranges::any_of(file.incident.linked, [&](const IncidentId& id) {
    const File* other = work.file(id);
    return other != nullptr && other->incident.is_open() &&
           other->incident.find_told(person) != nullptr;
  });
}

// Somebody who said that they are away reads it as news, not as a call. That a home is away says
// nothing about whoever holds its phone.
bool is_known_away(const Work& work, const escalation::Target& target) {
  return std::ranges::any_of(work.book.facts, [&](const household::DatedFact& fact) {
    return fact.kind == household::DatedFact::Kind::away && fact.subject == target.person.str() &&
           fact.holds(work.now);
  });
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : " ").append(word);
  return text;
}

}  // namespace

// Everybody has at least the inbox.
std::vector<Address> route_of(const Work& work, const PersonId& person, bool voice_first) {
  const Rules& rules = *work.book.rules;
  std::vector<Address> route;
  if (const household::Person* record = work.registry().person(person)) {
    for (const Address& address : record->addresses) {
      if (rules.channels.contains(address.channel)) route.push_back(address);
    }
  }
  if (route.size() > 16) route.resize(16);
  if (route.empty()) route.push_back({.channel = rules.inbox, .address = ""});
  if (voice_first) {
    std::stable_partition(route.begin(), route.end(), [&](const Address& address) {
      return rules.channels.at(address.channel).kind == ChannelKind::voice;
    });
  }
  return route;
}

void post(Work& work, File& file, const PersonId& person, Letter letter, Roles roles,
          Urgency urgency, bool by_voice) {
  const Rules& rules = *work.book.rules;
  Mailbox& box = work.book.mailboxes[person];
  work.changed(file);
  const bool night = rules.night.contain(work.registry().community().zone.local(work.now));
  const Instant leave = leave_at(work, box, file.incident.id, letter);
  Parcel parcel{.person = person,
                .items = {{.incident = file.incident.id, .letter = letter, .roles = roles}},
                .urgency = urgency,
                .critical = file.incident.severity == incident::Severity::critical,
                .route = route_of(work, person, by_voice || (night && is_alarm_letter(letter))),
                .created_at = work.now,
                .not_before = leave,
                .expires_at = expiry(file, urgency, leave),
                .leg_since = leave,
                .next_at = leave};
  if (!box.pending.empty() && work.book.outbox.merge(box.pending, parcel, work.now)) {
    box.last_about.insert(file.incident.id);
    return;
  }
  parcel.key = next_key(work.book, file);
  box.pending = leave > work.now ? parcel.key : ParcelKey();
  if (leave > work.now || box.last_at + rules.group_window <= work.now) box.last_about.clear();
  box.last_about.insert(file.incident.id);
  box.last_at = leave;
  work.book.outbox.add(std::move(parcel));
}

bool tell(Work& work, File& file, const escalation::Target& target, Letter letter, int wave) {
  incident::Incident& incident = file.incident;
  Roles roles{target.role};
  if (target.inside) roles.add(Role::resident);
  if (Told* known = incident.find_told(target.person)) {
    known->roles = known->roles | roles;
    known->counted = known->counted || target.counted;
    work.book.outbox.add_roles(incident.id, target.person, roles);
    work.changed(file);
    return false;
  }
  incident.told.push_back({.person = target.person,
                           .roles = roles,
                           .at = work.now,
                           .wave = wave,
                           .counted = target.counted,
                           .inside = target.inside,
                           .reach_at = work.now});
  if (letter == Letter::first && is_known_away(work, target)) letter = Letter::info;
  if (letter == Letter::first && told_in_linked(work, file, target.person)) letter = Letter::also;
  post(work, file, target.person, letter, roles, Urgency::first, false);
  return true;
}

Called call(Work& work, File& file, const std::vector<escalation::Group>& groups, Letter letter,
            int wave) {
  Called called;
  for (const escalation::Group& group : groups) {
    const auto resolved = escalation::resolve(group, file.incident, work.situation());
    for (const escalation::Target& target : resolved.targets) {
      if (tell(work, file, target, letter, wave)) {
        called.told.push_back(target.person.str() + ":" + std::string(name_of(target.role)) +
                              (target.counted ? "" : ":not_counted"));
      } else {
        called.known.push_back(target.person);
      }
    }
    for (const escalation::Skipped& skipped : resolved.skipped) {
      called.skipped.push_back(skipped.who + ":" + std::string(name_of(skipped.why)));
    }
  }
  return called;
}

Facts facts_of_tries(const Parcel& parcel) {
  return {{"parcel", parcel.key.str()},
          {"tries", std::to_string(parcel.attempts)},
          {"error", parcel.error}};
}

Facts facts_of(const Called& called) {
  Facts facts;
  facts.emplace_back("told", joined(called.told));
  if (planted::is(planted::Bug::unnamed_call)) {
    facts.back().second.resize(facts.back().second.find_last_of(' ') + 1);
  }
  if (!called.skipped.empty()) facts.emplace_back("skipped", joined(called.skipped));
  return facts;
}

void update_all(Work& work, File& file, Letter letter, const PersonId& except) {
  const Urgency urgency = urgency_of(letter);
  for (const Told& told : file.incident.told) {
    if (told.person != except) post(work, file, told.person, letter, told.roles, urgency, false);
  }
}

void update_some(Work& work, File& file, Letter letter, Roles roles, Urgency urgency) {
  for (const Told& told : file.incident.told) {
    if (told.roles.has_any(roles)) {
      post(work, file, told.person, letter, told.roles, urgency, false);
    }
  }
}

void withdraw_repeats(Work& work, File& file) {
  Outbox& outbox = work.book.outbox;
  const IncidentId& id = file.incident.id;
  for (const ParcelKey& key : outbox.concerning(id)) {
    const Parcel& parcel = *outbox.find(key);
    const bool repeat = std::ranges::any_of(parcel.items, [&](const Item& item) {
      return item.incident == id &&
             (item.letter == Letter::again || item.letter == Letter::handed_back);
    });
    if (!repeat) continue;
    // A try under way is not called back, and its receipt is wanted; but it is the last.
    if (parcel.state == Parcel::State::sending && parcel.items.size() == 1) {
      outbox.expire(key, work.now);
    } else {
      outbox.withdraw(key, id);
    }
  }
}

void withdraw_all(Work& work, File& file) {
  for (const ParcelKey& key : work.book.outbox.concerning(file.incident.id)) {
    const Parcel& parcel = *work.book.outbox.find(key);
    if (parcel.round > 0) {
      work.log(file.incident.id, parcel.person.str(), "withdrawn", facts_of_tries(parcel));
    }
    work.book.outbox.withdraw(key, file.incident.id);
  }
}

}  // namespace shouwang::dispatch
