// Values that nobody would think of, from a seed: odd bytes, ends of ranges, empty and long lists.

#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "base/rng.h"
#include "store/records.h"
#include "store/store.h"

namespace shouwang::store {

class Scribbler {
 public:
  explicit Scribbler(std::uint64_t seed) : rng_(seed) {}

  bool flip() { return rng_.chance(500); }
  std::uint64_t below(std::uint64_t bound) { return rng_.below(bound); }
  template <class E>
  E word(E last) {
    return static_cast<E>(below(static_cast<std::uint64_t>(last) + 1));
  }
  template <class T>
  T number() {
    switch (below(4)) {
      case 0: return std::numeric_limits<T>::min();
      case 1: return std::numeric_limits<T>::max();
      case 2: return static_cast<T>(below(3));
      default: return static_cast<T>(rng_.next());
    }
  }
  double real() {
    switch (below(5)) {
      case 0: return 0.1 + 0.2;
      case 1: return -0.0;
      case 2: return std::numeric_limits<double>::infinity();
      case 3: return std::numeric_limits<double>::denorm_min();
      default: return static_cast<double>(number<std::int64_t>()) / 7.0;
    }
  }
  Instant time() { return Instant{Millis{number<std::int64_t>()}}; }
  std::string text() {
    switch (below(8)) {
      case 0: return "";
      case 1: return "B05-U4-302";
      case 2: return "\xe7\xa4\xbe\xe5\x8d\x80 \xf0\x9f\x94\xa5";
      case 3: return std::string("\0 nul \0", 7);
      case 4: return "\" \\ / \b\f\n\r\t \x7f {{link}}";
      case 5: return "\xc0\xaf \xff \xed\xa0\x80";
      case 6: return std::string(below(3000), 'x');
      default: return rng_.word(below(20));
    }
  }
  template <class Tag>
  void id(Id<Tag>& value) {
    value = Id<Tag>(text());
  }
  template <class T, class Make>
  void maybe(std::optional<T>& value, Make make) {
    if (flip()) value = make();
  }
  template <class T, class Make>
  void list(std::vector<T>& values, Make make) {
    for (auto count = below(4); count > 0; --count) values.push_back(make());
  }
  household::Roles roles() {
    return household::Roles::from_bits(
        static_cast<std::uint32_t>(below(1ULL << household::kRoleCount)));
  }

  dispatch::File file();
  escalation::Ladder ladder();
  dispatch::Parcel parcel();
  dispatch::DeviceMemory memory();
  dispatch::Trial trial();
  dispatch::Matter matter();
  household::DatedFact fact();
  household::Person person();
  household::Household household();
  household::Holding holding();
  household::Shift shift();
  household::Guarantee guarantee();
  household::Equipment equipment();
  User user();
  Phone phone();

 private:
  DailyHours hours() { return {number<std::uint16_t>(), number<std::uint16_t>(), flip()}; }
  incident::Source source();
  incident::Told told();
  incident::Response response();

  Rng rng_;
};

inline incident::Source Scribbler::source() {
  incident::Source made{.kind = word(device::Kind::device),
                        .first_at = time(),
                        .last_at = time(),
                        .count = number<std::uint32_t>(),
                        .alarming = flip(),
                        .unit = text()};
  id(made.device);
  maybe(made.value, [&] { return real(); });
  maybe(made.device_time, [&] { return time(); });
  return made;
}

inline incident::Told Scribbler::told() {
  incident::Told made{.roles = roles(),
                      .at = time(),
                      .wave = number<int>(),
                      .counted = flip(),
                      .inside = flip(),
                      .reach = word(incident::Reach::failed),
                      .reach_by = text(),
                      .reach_at = time(),
                      .unreachable = flip(),
                      .seen = flip()};
  id(made.person);
  return made;
}

inline incident::Response Scribbler::response() {
  incident::Response made{
      .roles = roles(), .stopping = flip(), .no_entry = flip(), .cannot = flip()};
  id(made.person);
  maybe(made.going_at, [&] { return time(); });
  maybe(made.minutes, [&] { return number<int>(); });
  maybe(made.arrived_at, [&] { return time(); });
  maybe(made.spoke_at, [&] { return time(); });
  return made;
}

inline dispatch::File Scribbler::file() {
  dispatch::File made{
      .ladder = ladder(), .parcels = number<std::uint32_t>(), .version = below(1000)};
  incident::Incident& i = made.incident;
  id(i.id);
  id(i.community);
  i.place = {.scope = word(household::Place::Scope::unknown), .text = text()};
  id(i.place.household);
  id(i.place.area);
  i.kind = word(device::Kind::device);
  i.severity = word(incident::Severity::critical);
  i.origin = word(incident::Origin::manual);
  i.phase = word(incident::Phase::closed);
  i.raised_at = time();
  i.phase_since = time();
  list(i.sources, [&] { return source(); });
  list(i.linked, [&] { return IncidentId(text()); });
  list(i.told, [&] { return told(); });
  list(i.responses, [&] { return response(); });
  const auto person = [&] { return PersonId(text()); };
  maybe(i.lead, person);
  maybe(i.desk, person);
  maybe(i.opened_by, person);
  for (auto count = below(4); count > 0; --count) {
    i.ticks[HouseholdId(text())] = word(incident::Tick::out);
    i.satisfied[PersonId(text())] = flip();
  }
  list(i.door_tasks, [&] {
    incident::DoorTask task{.at = time(), .reason = text()};
    maybe(task.owner, person);
    return task;
  });
  list(i.orders, [&] {
    incident::Order order{.device = DeviceId(text()),
                          .command = word(device::Command::siren_off),
                          .witness = word(device::Witness::nobody),
                          .state = word(incident::Order::State::ended),
                          .first_at = time(),
                          .at = time(),
                          .tries = static_cast<int>(below(5)),
                          .most = static_cast<int>(below(5)),
                          .overdue = flip(),
                          .letters = static_cast<int>(below(5))};
    maybe(order.due_at, [&] { return time(); });
    return order;
  });
  list(i.notes, [&] { return incident::Note{time(), PersonId(text()), text()}; });
  i.cooking_reported = flip();
  maybe(i.settled_as, [&] { return word(incident::Cause::unknown); });
  maybe(i.closing, [&] {
    return incident::Closing{time(), PersonId(text()), word(incident::Cause::unknown), text()};
  });
  escalation::Progress& progress = made.progress;
  progress.base = time();
  progress.waves_run = below(20);
  progress.ahead = Millis{static_cast<Millis::rep>(below(100'000))};
  progress.loops = number<std::uint32_t>();
  progress.reminded_at = time();
  const auto some_time = [&] { return time(); };
  maybe(progress.loop_at, some_time);
  maybe(progress.door_at, some_time);
  maybe(progress.door_passed, some_time);
  maybe(made.normal_told_at, some_time);
  return made;
}

inline escalation::Ladder Scribbler::ladder() {
  const auto group = [&] {
    return escalation::Group{word(escalation::Audience::specialist), number<int>()};
  };
  const auto again = [&] { return escalation::Again{below(12), flip()}; };
  escalation::Ladder made{.name = text(),
                          .loop = {.every = Millis{number<std::int64_t>()}, .by_voice = flip()},
                          .door = {.limit = Millis{number<std::int64_t>()}},
                          .remind_close = Millis{number<std::int64_t>()}};
  list(made.waves, [&] {
    escalation::Wave wave{.at = Millis{number<std::int64_t>()}};
    list(wave.tell, group);
    list(wave.again, again);
    return wave;
  });
  list(made.loop.tell, group);
  list(made.door.again, again);
  return made;
}

inline dispatch::Parcel Scribbler::parcel() {
  using dispatch::Parcel;
  Parcel made{.urgency = word(dispatch::Urgency::technical),
              .critical = flip(),
              .created_at = time(),
              .not_before = time(),
              .expires_at = time(),
              .state = word(Parcel::State::withdrawn),
              .leg = below(20),
              .leg_since = time(),
              .round = number<int>(),
              .attempts = number<int>(),
              .leg_attempts = number<int>(),
              .legs_tried = number<std::uint64_t>(),
              .dead_legs = number<std::uint32_t>(),
              .next_at = time(),
              .maybe_repeated = flip(),
              .reach = word(incident::Reach::failed),
              .reach_by = text(),
              .reach_at = time(),
              .error = text()};
  id(made.key);
  id(made.person);
  list(made.items, [&] {
    return dispatch::Item{IncidentId(text()), word(dispatch::Letter::ending), roles()};
  });
  list(made.route, [&] { return household::Address{text(), text()}; });
  return made;
}

inline dispatch::DeviceMemory Scribbler::memory() {
  dispatch::DeviceMemory made{.alarming = flip(), .since = time()};
  id(made.device);
  id(made.incident);
  maybe(made.device_time, [&] { return time(); });
  maybe(made.closed_at, [&] { return time(); });
  maybe(made.proven_at, [&] { return time(); });
  list(made.event_ids, [&] { return text(); });
  list(made.false_alarms, [&] { return time(); });
  list(made.changes, [&] { return time(); });
  maybe(made.trial, [&] { return trial(); });
  return made;
}

inline dispatch::Trial Scribbler::trial() {
  dispatch::Trial made{.test = text(),
                       .place = text(),
                       .started_at = time(),
                       .until = time(),
                       .need = word(dispatch::Need::alarm),
                       .kind = word(device::Kind::device),
                       .unit = text(),
                       .profile = text()};
  id(made.by);
  maybe(made.heard_at, [&] { return time(); });
  maybe(made.test_at, [&] { return time(); });
  maybe(made.alarm_at, [&] { return time(); });
  maybe(made.alarming_since, [&] { return time(); });
  maybe(made.value, [&] { return real(); });
  return made;
}

inline dispatch::Matter Scribbler::matter() {
  dispatch::Matter made{.id = text(),
                        .fault = text(),
                        .subject = text(),
                        .detail = text(),
                        .opened_at = time(),
                        .last_at = time(),
                        .count = number<std::uint32_t>(),
                        .closed_by = text(),
                        .since = time(),
                        .rungs = number<std::uint32_t>(),
                        .waived_by = text(),
                        .waived_why = text()};
  maybe(made.closed_at, [&] { return time(); });
  maybe(made.written_at, [&] { return time(); });
  maybe(made.waived_until, [&] { return time(); });
  return made;
}

inline household::DatedFact Scribbler::fact() {
  return {.kind = word(household::DatedFact::Kind::key_held_by),
          .subject = text(),
          .from = time(),
          .until = time(),
          .author = text(),
          .note = text()};
}

inline household::Person Scribbler::person() {
  household::Person made{.name = text(), .language = text(), .zone = text(), .skills = text()};
  id(made.id);
  id(made.home);
  list(made.addresses, [&] { return household::Address{text(), text()}; });
  maybe(made.verified_at, [&] { return time(); });
  return made;
}

inline household::Household Scribbler::household() {
  household::Household made{.label = text(),
                            .use = word(household::Use::office),
                            .neighbours = word(household::Neighbours::opted_in_able)};
  id(made.id);
  id(made.area);
  list(made.residents, [&] {
    household::Resident resident{.facts = household::Facts(static_cast<std::uint16_t>(below(512))),
                                 .alone_hours = hours(),
                                 .note = text(),
                                 .badge = text()};
    id(resident.person);
    return resident;
  });
  list(made.contacts, [&] {
    household::Contact contact{.relation = text(), .far_away = flip()};
    id(contact.person);
    maybe(contact.at_work, [&] { return hours(); });
    return contact;
  });
  return made;
}

inline household::Holding Scribbler::holding() {
  household::Holding made{.from = time()};
  id(made.post);
  id(made.person);
  maybe(made.until, [&] { return time(); });
  return made;
}

inline household::Shift Scribbler::shift() {
  return {time(), time(), PersonId(text()), PersonId(text())};
}

inline household::Guarantee Scribbler::guarantee() {
  household::Guarantee made{.from = time()};
  id(made.household);
  id(made.guarantor);
  maybe(made.until, [&] { return time(); });
  return made;
}

inline household::Equipment Scribbler::equipment() {
  household::Equipment made{
      .id = text(), .kind = word(household::Equipment::Kind::micro_station), .note = text()};
  id(made.area);
  id(made.holder);
  maybe(made.next_inspection, [&] { return time(); });
  return made;
}

inline User Scribbler::user() {
  User made{.name = text(),
            .password_hash = text(),
            .role = word(household::Role::viewer),
            .disabled = flip()};
  id(made.person);
  id(made.community);
  return made;
}

inline Phone Scribbler::phone() {
  Phone made{.id = text(), .secret_hash = text(), .enrolled_at = time()};
  id(made.community);
  id(made.person);
  maybe(made.last_seen, [&] { return time(); });
  return made;
}

}  // namespace shouwang::store
