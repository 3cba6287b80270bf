// Things to put into a store: a gas alarm of the community "elm", and what belongs to it.

#pragma once

#include <string>
#include <vector>

#include "store/records.h"
#include "store/store.h"

namespace shouwang::store {

inline const CommunityId kElm{"elm"};
inline const CommunityId kOak{"oak"};

inline Instant at(int seconds) { return Instant{std::chrono::seconds{1'768'502'400 + seconds}}; }

inline escalation::Ladder short_ladder() {
  using escalation::Audience;
  return {.name = "gas in a home",
          .waves = {{.at = Millis{0}, .tell = {{.audience = Audience::relatives}}},
                    {.at = Millis{60'000},
                     .tell = {{.audience = Audience::patrol, .most = 3}},
                     .again = {{.wave = 0, .by_voice = true}}}},
          .loop = {.tell = {{.audience = Audience::duty_a}}},
          .door = {.again = {{.wave = 1}}}};
}

// Never saved: version 0.
inline dispatch::File alarm(const char* id, const CommunityId& community = kElm) {
  dispatch::File file{.incident = {.id = IncidentId(id),
                                   .community = community,
                                   .place = {.scope = household::Place::Scope::household,
                                             .household = HouseholdId("B05-U4-302"),
                                             .area = AreaId("B05-U4")},
                                   .raised_at = at(0),
                                   .phase_since = at(0),
                                   .sources = {{.device = DeviceId("GA-B05-U4-302"),
                                                .first_at = at(0),
                                                .last_at = at(0),
                                                .value = 12.1,
                                                .unit = "%LEL"}}},
                      .ladder = short_ladder()};
  file.progress = escalation::begin(file.ladder, at(0));
  return file;
}

inline dispatch::File closed(dispatch::File file, Instant when, incident::Cause cause) {
  file.incident.phase = incident::Phase::closed;
  file.incident.phase_since = when;
  file.incident.settled_as = cause;
  file.incident.closing = incident::Closing{.at = when, .by = PersonId("OF03"), .cause = cause};
  return file;
}

// What the store gives back for a file that was saved once more.
inline dispatch::File saved(dispatch::File file) {
  ++file.version;
  return file;
}

inline dispatch::Parcel parcel(const char* key, const char* incident) {
  return {.key = ParcelKey(key),
          .person = PersonId("R0786"),
          .items = {{.incident = IncidentId(incident), .roles = {household::Role::relative}}},
          .route = {{.channel = "push", .address = "test:R0786/push"},
                    {.channel = "sms", .address = "test:R0786/sms"}},
          .created_at = at(0),
          .not_before = at(0),
          .expires_at = at(86'400),
          .leg_since = at(0),
          .next_at = at(0),
          .title = "燃气报警 5号楼4单元302 02:40",
          .body = "请立即查看：{{link}}"};
}

inline dispatch::DeviceMemory memory(const char* device) {
  return {.device = DeviceId(device),
          .alarming = true,
          .since = at(0),
          .device_time = at(-1),
          .event_ids = {"17", "18"},
          .incident = IncidentId("i1")};
}

inline dispatch::Matter matter(const char* id) {
  return {.id = id,
          .fault = "low_battery",
          .subject = "SM-B05-U4",
          .detail = "profile acme",
          .opened_at = at(0),
          .last_at = at(60),
          .count = 2,
          .since = at(0)};
}

inline household::DatedFact away(const char* person, Instant until) {
  return {.subject = person, .from = at(0), .until = until, .author = "OF03", .note = "back soon"};
}

inline dispatch::JournalEntry entry(const char* type, int seconds = 0, const char* incident = "i1",
                                    const CommunityId& community = kElm) {
  return {.at = at(seconds),
          .community = community,
          .incident = IncidentId(incident),
          .actor = "gateway",
          .type = type,
          .facts = {{"told", "R0003:relative"}, {"skipped", "BH05:inside"}}};
}

inline household::Records some_records() {
  household::Resident elder{.person = PersonId("B05-U4-302/1"), .note = "key with the porter"};
  elder.facts.set(household::Fact::elder);
  elder.facts.set(household::Fact::cannot_descend);
  household::Resident child{
      .person = PersonId("B05-U4-302/2"),
      .alone_hours = {.from_minute = 930, .until_minute = 1080, .weekdays_only = true},
      .badge = "b7"};
  child.facts.set(household::Fact::child_alone);
  household::Household home{
      .id = HouseholdId("B05-U4-302"),
      .area = AreaId("B05-U4"),
      .label = "302",
      .neighbours = household::Neighbours::opted_in,
      .residents = {elder, child},
      .contacts = {{.person = PersonId("R0786"),
                    .relation = "daughter",
                    .far_away = true,
                    .at_work = DailyHours{.from_minute = 480, .until_minute = 1020}}}};
  return {.persons = {{.id = PersonId("R0786"),
                       .language = "en",
                       .addresses = {{.channel = "push", .address = "test:R0786/push"},
                                     {.channel = "inbox", .address = ""}},
                       .zone = "America/Toronto",
                       .verified_at = at(-1000)},
                      {.id = PersonId("B05-U4-302/1"), .home = home.id, .skills = "electric"}},
          .households = {home, {.id = HouseholdId("B05-U4-101"), .use = household::Use::shop}},
          .holdings = {{.post = PostId("UH-B05-U4"), .person = PersonId("R1"), .from = at(0)},
                       {.post = PostId("UH-B05-U4"),
                        .person = PersonId("R2"),
                        .from = at(-500),
                        .until = at(0)}},
          .shifts =
              {{.from = at(0), .until = at(28'800), .a = PersonId("OF01"), .b = PersonId("OF06")}},
          .guarantees = {{.household = home.id, .guarantor = PersonId("R9"), .from = at(0)}},
          .equipment = {{.id = "EX-B05-U4",
                         .kind = household::Equipment::Kind::micro_station,
                         .area = AreaId("B05-U4"),
                         .holder = home.id,
                         .next_inspection = at(9),
                         .note = "inside"}}};
}

inline User desk() {
  return {.name = "desk1",
          .password_hash = "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA",
          .role = household::Role::duty_a,
          .person = PersonId("OF03"),
          .community = kElm};
}

inline Phone phone(const char* id) {
  return {.id = id,
          .community = kElm,
          .person = PersonId("R0786"),
          .secret_hash = "00ff",
          .enrolled_at = at(0)};
}

// Saves one batch of the community "elm".
inline Result<Done> save(Store& store, Batch batch) {
  if (batch.community.empty()) batch.community = kElm;
  return store.save({batch});
}

// The tables hold all that was saved: for whoever looks into them from outside.
inline void fill_tables(Store& store) {
  while (store.catch_up().value_or(false)) {
  }
}

}  // namespace shouwang::store
