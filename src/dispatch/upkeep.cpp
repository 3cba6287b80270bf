// Letters about what has to be mended: rungs, the daily round, the notice of an outage.

#include "dispatch/upkeep.h"

#include <algorithm>

#include "base/check.h"
#include "dispatch/diary.h"
#include "dispatch/work.h"

namespace shouwang::dispatch {
namespace {

using household::Place;
using household::Post;
using household::Role;
using household::Roles;
using namespace std::chrono_literals;

constexpr Millis kDay{86'400'000};
constexpr Millis kOutageLife{14'400'000};
constexpr std::size_t kItemsMax = 200;
const Roles kDesk{Role::duty_a, Role::duty_b, Role::secretary, Role::director};

// What only others say of it is no time for it to mend itself.
bool may_mend_itself(const Matter& matter) {
  return matter.fault == "offline" || matter.fault == "outage";
}

bool is_about_person(const Matter& matter) { return matter.fault == "dead_contact"; }

Instant due_of(const Matter& matter, const Rung& rung, std::size_t number) {
  const bool at_once = is_about_person(matter) || (number == 0 && !may_mend_itself(matter));
  return at_once ? matter.since : matter.since + rung.after;
}

// Where it is; the community itself if that is not known.
AreaId area_of(const Work& work, const Matter& matter) {
  const AreaId& all = work.registry().community().areas.front().id;
  if (matter.fault == "outage") return AreaId(matter.subject);
  const auto index = work.registry().device_index(DeviceId(matter.subject));
  if (!index) return all;
  const Place place = work.registry().place_of(work.registry().community().devices[*index]);
  return place.area.empty() ? all : place.area;
}

// The posts of a role that answer for the area; of one that is dark as a whole, those in it.
std::vector<const Post*> posts_for(const household::Registry& registry, Role role,
                                   const AreaId& area, bool is_dark) {
  std::vector<const Post*> posts = registry.nearest_posts(role, area);
  if (!posts.empty() || !is_dark) return posts;
  for (const Post& post : registry.community().posts) {
    const bool inside = std::ranges::any_of(
        post.areas, [&](const AreaId& one) { return registry.contains(area, one); });
    if (post.role == role && inside) posts.push_back(&post);
  }
  return posts;
}

using People = std::map<PersonId, Roles>;

void add_holders(const Work& work, Role role, const AreaId& area, People& people,
                 bool is_dark = false) {
  for (const Post* post : posts_for(work.registry(), role, area, is_dark)) {
    if (const auto holder = work.registry().holder(*post, work.now)) people[*holder].add(role);
  }
}

// Whom a rung writes to. Where a seat is empty the office is told: somebody always is.
People people_of(const Work& work, const Matter& matter, const Rung& rung) {
  People people;
  const AreaId area = area_of(work, matter);
  for (const Role role : rung.tell.list()) {
    if (is_about_person(matter) && !kDesk.has(role)) continue;
    add_holders(work, role, area, people, matter.fault == "outage");
  }
  if (people.empty() && !is_about_person(matter)) add_holders(work, Role::duty_a, area, people);
  return people;
}

// Nobody is written to about it now: it is waived, or the bridge in front of it is what is broken.
bool is_resting(const Work& work, const Matter& matter) {
  if (matter.is_waived(work.now)) return true;
  const Book& book = work.book;
  const auto index = book.registry->device_index(DeviceId(matter.subject));
  if (matter.fault != "offline" || !index) return false;
  const auto parent = book.supervision.parent(*index);
  if (!parent) return false;
  const DeviceId& bridge = book.registry->community().devices[*parent].id;
  return book.matters.contains("offline:" + bridge.str());
}

// The last time at or before `now` that the local clock showed `minute`.
Instant last_at_minute(const Work& work, unsigned minute) {
  const LocalTime local = work.registry().community().zone.local(work.now);
  const Instant midnight = std::chrono::floor<std::chrono::minutes>(work.now) -
                           std::chrono::minutes{local.minute_of_day};
  const Instant today = midnight + std::chrono::minutes{minute};
  return today <= work.now ? today : today - kDay;
}

bool is_day(const Work& work) {
  return work.book.rules->upkeep.day.contain(work.registry().community().zone.local(work.now));
}

bool had_a_letter_today(const Work& work, const PersonId& person) {
  const auto last = work.book.written_to.find(person);
  return last != work.book.written_to.end() && last->second >= last_at_minute(work, 0);
}

ParcelKey letter_key(const Work& work, const char* kind, const PersonId& person) {
  return ParcelKey(std::string(kind) + "-" + format_utc(work.now) + "-" +
                   work.registry().community().id.str() + "-" + person.str());
}

void send(Work& work, Parcel parcel) {
  parcel.urgency = Urgency::technical;
  parcel.route = route_of(work, parcel.person, false);
  parcel.created_at = parcel.not_before = parcel.leg_since = parcel.next_at = work.now;
  if (work.book.outbox.find(parcel.key) == nullptr) work.book.outbox.add(std::move(parcel));
}

// One round of letters.
class Round {
 public:
  explicit Round(Work& work) : work_(work), upkeep_(work.book.rules->upkeep) {}

  void run() {
    const Instant remind = last_at_minute(work_, upkeep_.remind_at);
    const bool everybody = !work_.book.reminded_at || remind > *work_.book.reminded_at;
    if (everybody) work_.book.reminded_at = remind;
    for (auto& [id, matter] : work_.book.matters) {
      if (!is_resting(work_, matter)) reach(matter, everybody);
    }
    for (const PersonId& person : called_) write(person);
  }

 private:
  void reach(Matter& matter, bool everybody) {
    for (std::size_t i = 0; i < upkeep_.rungs.size(); ++i) {
      const Rung& rung = upkeep_.rungs[i];
      if (due_of(matter, rung, i) > work_.now) return;
      const bool is_new = i >= matter.rungs;
      // A telephone is found dead in the middle of an alarm: no time for letters.
      const bool calls = everybody || (is_new && !is_about_person(matter));
      if (is_new) note_rung(matter, i);
      for (const auto& [person, roles] : people_of(work_, matter, rung)) {
        mail_[person][matter.id] = mail_[person][matter.id] | roles;
        if (calls) called_.insert(person);
      }
    }
  }

  void note_rung(Matter& matter, std::size_t number) {
    matter.rungs = static_cast<std::uint32_t>(number + 1);
    work_.effects.matters.insert_or_assign(matter.id, matter);
    work_.log({}, matter.subject, "matter_raised",
              {{"fault", matter.fault}, {"rung", std::to_string(number + 1)}});
  }

  void write(const PersonId& person) {
    if (had_a_letter_today(work_, person)) return;
    Parcel parcel{.key = letter_key(work_, "upkeep", person),
                  .person = person,
                  .expires_at = work_.now + kDay};
    for (const auto& [id, roles] : mail_.at(person)) {
      if (parcel.items.size() == kItemsMax) break;
      parcel.items.push_back(
          {.incident = IncidentId(id), .letter = Letter::upkeep, .roles = roles});
      Matter& matter = work_.book.matters.at(id);
      matter.written_at = work_.now;
      work_.effects.matters.insert_or_assign(id, matter);
    }
    work_.book.written_to[person] = work_.now;
    work_.log({}, "gateway", "upkeep_letter",
              {{"told", person.str()}, {"matters", std::to_string(mail_.at(person).size())}});
    send(work_, std::move(parcel));
  }

  Work& work_;
  const Upkeep& upkeep_;
  std::map<PersonId, std::map<std::string, Roles>> mail_;
  std::set<PersonId> called_;
};

// The first moment by day at or after `at`.
Instant by_day(const Work& work, Instant at) {
  const DailyHours& day = work.book.rules->upkeep.day;
  const LocalTime local = work.registry().community().zone.local(at);
  if (day.contain(local)) return at;
  const auto wait = (day.from_minute + 1440U - local.minute_of_day) % 1440U;
  return std::chrono::floor<std::chrono::minutes>(at) + std::chrono::minutes{wait};
}

Instant next_round(const Work& work) {
  const Instant remind = last_at_minute(work, work.book.rules->upkeep.remind_at);
  const bool is_done = work.book.reminded_at && *work.book.reminded_at >= remind;
  return is_done ? remind + kDay : remind;
}

// When the next rung of any matter is due, or the next daily round.
std::optional<Instant> next_due(const Work& work) {
  const Upkeep& upkeep = work.book.rules->upkeep;
  if (upkeep.rungs.empty() || work.book.matters.empty()) return std::nullopt;
  Instant next = next_round(work);
  for (const auto& [id, matter] : work.book.matters) {
    if (matter.is_waived(work.now)) next = std::min(next, *matter.waived_until);
    if (is_resting(work, matter) || matter.rungs >= upkeep.rungs.size()) continue;
    next = std::min(next, due_of(matter, upkeep.rungs[matter.rungs], matter.rungs));
  }
  return by_day(work, std::max(next, work.now + 1ms));
}

}  // namespace

Watching watching_of(const device::Profile& profile) {
  const Millis silent = profile.silent_after > 0ms ? profile.silent_after : 3 * profile.interval;
  return {.pace = {.interval = profile.interval, .silent_after = silent},
          .live_test = profile.live_test,
          .bridge = profile.bridge};
}

std::string rough_span(Millis span) {
  if (span < 2min) return format_span(std::chrono::floor<std::chrono::seconds>(span));
  if (span < 2h)
    return std::to_string(std::chrono::floor<std::chrono::minutes>(span).count()) + "min";
  if (span < 48h) return std::to_string(std::chrono::floor<std::chrono::hours>(span).count()) + "h";
  return std::to_string(std::chrono::floor<std::chrono::days>(span).count()) + "d";
}

Upkeep usual_upkeep() {
  return {.rungs = {{.after = 24h, .tell = {Role::unit_head, Role::installer}},
                    {.after = 72h, .tell = {Role::building_head}},
                    {.after = 168h, .tell = {Role::duty_a}}},
          .diary_at = 8 * 60};
}

std::vector<std::string> check(const Upkeep& upkeep) {
  std::vector<std::string> faults;
  for (std::size_t i = 0; i < upkeep.rungs.size(); ++i) {
    if (upkeep.rungs[i].tell.empty()) faults.push_back("a rung of upkeep tells nobody");
    if (i > 0 && upkeep.rungs[i].after <= upkeep.rungs[i - 1].after) {
      faults.push_back("rungs of upkeep must come one after the other");
    }
  }
  if (upkeep.remind_at < upkeep.day.from_minute || upkeep.remind_at >= upkeep.day.until_minute) {
    faults.push_back("upkeep.remind_at must lie within upkeep.day");
  }
  const bool is_night =
      upkeep.diary_at < upkeep.day.from_minute || upkeep.diary_at >= upkeep.day.until_minute;
  if (is_night && !upkeep.diary_to.empty()) {
    faults.push_back("upkeep.diary.at must lie within upkeep.day");
  }
  return faults;
}

void plan_upkeep(Work& work, const Matter& matter) {
  const Upkeep& upkeep = work.book.rules->upkeep;
  if (upkeep.rungs.empty()) return;
  if (!work.book.reminded_at) work.book.reminded_at = last_at_minute(work, upkeep.remind_at);
  Instant due = next_round(work);
  if (matter.is_waived(work.now)) due = *matter.waived_until;
  if (!matter.is_waived(work.now) && matter.rungs < upkeep.rungs.size()) {
    due = std::min(due, due_of(matter, upkeep.rungs[matter.rungs], matter.rungs));
  }
  due = by_day(work, std::max(due, work.now));
  if (!work.book.upkeep_due || due < *work.book.upkeep_due) work.book.upkeep_due = due;
}

void run_upkeep(Work& work) {
  if (!work.book.upkeep_due || *work.book.upkeep_due > work.now) return;
  if (is_day(work)) Round(work).run();
  work.book.upkeep_due = next_due(work);
}

void plan_diary(Work& work, Instant known_until) {
  const Upkeep& upkeep = work.book.rules->upkeep;
  work.book.diary_due.reset();
  if (upkeep.diary_to.empty()) return;
  // One that fell due while the gateway was down is made up for.
  const Instant last = last_at_minute(work, upkeep.diary_at);
  work.book.diary_due = last > known_until ? last : last + kDay;
}

void run_diary(Work& work) {
  if (!work.book.diary_due) return plan_diary(work, work.now);
  if (*work.book.diary_due > work.now) return;
  const Day day = day_of(work.registry().community().zone, last_at_minute(work, 0) - 1ms);
  People people;
  const AreaId& all = work.registry().community().areas.front().id;
  for (const Role role : work.book.rules->upkeep.diary_to.list()) {
    add_holders(work, role, all, people);
  }
  std::string told;
  for (const auto& [person, roles] : people) {
    told += (told.empty() ? "" : " ") + person.str();
    send(work,
         {.key = letter_key(work, "diary", person),
          .person = person,
          .items = {{.incident = IncidentId(day.name), .letter = Letter::diary, .roles = roles}},
          .expires_at = work.now + kDay});
  }
  work.log({}, "gateway", "diary", {{"day", day.name}, {"told", told}});
  plan_diary(work, work.now);
}

void tell_outage(Work& work, const Matter& matter, const std::set<AreaId>& buildings) {
  People people;
  const AreaId& all = work.registry().community().areas.front().id;
  add_holders(work, Role::duty_a, all, people);
  add_holders(work, Role::duty_b, all, people);
  for (const AreaId& building : buildings) {
    add_holders(work, Role::building_head, building, people);
  }
  std::string told;
  for (const auto& [person, roles] : people) {
    told += (told.empty() ? "" : " ") + person.str();
    send(work,
         {.key = letter_key(work, "outage", person),
          .person = person,
          .items = {{.incident = IncidentId(matter.id), .letter = Letter::outage, .roles = roles}},
          .expires_at = work.now + kOutageLife});
  }
  work.log({}, "gateway", "outage",
           {{"area", matter.subject}, {"devices", std::to_string(matter.count)}, {"told", told}});
}

void remember_letters(Work& work) {
  const Upkeep& upkeep = work.book.rules->upkeep;
  if (upkeep.rungs.empty()) return;
  // A round that fell due while the gateway was down is made up for.
  for (const auto& [id, matter] : work.book.matters) {
    if (!matter.written_at) continue;
    const Instant known = work.book.reminded_at.value_or(*matter.written_at);
    work.book.reminded_at = std::max(known, *matter.written_at);
  }
  for (const auto& [id, matter] : work.book.matters) {
    plan_upkeep(work, matter);
    if (!matter.written_at) continue;
    for (std::size_t i = 0; i < std::min<std::size_t>(matter.rungs, upkeep.rungs.size()); ++i) {
      for (const auto& [person, roles] : people_of(work, matter, upkeep.rungs[i])) {
        Instant& last = work.book.written_to[person];
        last = std::max(last, *matter.written_at);
      }
    }
  }
}

}  // namespace shouwang::dispatch
