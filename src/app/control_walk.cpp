// The verb `walktest`: devices under test by an installer (dispatch/trial.h).

#include <algorithm>
#include <cmath>

#include "app/control.h"
#include "base/utf8.h"

namespace shouwang::app {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using dispatch::Need;
using dispatch::Trial;
using dispatch::Walk;

constexpr std::int64_t kMinutesUsual = 30;

std::string text_of(const object& arguments, std::string_view name) {
  const value* found = arguments.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : "";
}

value json_of(const std::optional<Instant>& at) {
  return at ? value(format_utc(*at)) : value(nullptr);
}

Need need_of(const config::Config& config, const std::string& profile) {
  const auto found = std::ranges::find(config.profiles, profile, &device::Profile::name);
  if (found == config.profiles.end()) return Need::alarm;
  switch (found->live_test) {
    case device::LiveTest::none: return Need::heard;
    case device::LiveTest::test: return Need::test;
    case device::LiveTest::alarm: return Need::alarm;
  }
  return Need::alarm;
}

// The devices of a place: the device itself, a home's, or all in an area.
std::vector<dispatch::TestedDevice> devices_at(const household::Registry& registry,
                                               const config::Config& config,
                                               const std::string& name) {
  std::vector<dispatch::TestedDevice> found;
  const household::Place wanted = registry.place_named(name);
  for (const device::Device& device : registry.community().devices) {
    const household::Place place = registry.place_of(device);
    const bool is_in_area = wanted.scope == household::Place::Scope::area && !place.area.empty() &&
                            registry.contains(wanted.area, place.area);
    const bool is_at_home =
        wanted.scope == household::Place::Scope::household && place.household == wanted.household;
    if (device.id.str() != name && !is_in_area && !is_at_home) continue;
    found.push_back({.device = device.id, .need = need_of(config, device.profile)});
  }
  return found;
}

std::string said(const Walk::Glance& glance) {
  std::string text;
  for (const device::Signal& signal : glance.signals) {
    text += (text.empty() ? "" : ", ") + std::string(name_of(signal.kind)) + " " +
            std::string(name_of(signal.meaning));
  }
  return text;
}

object json_of_device(const dispatch::Book& book, const Walk& walk, const DeviceId& id,
                      Instant now) {
  const Trial& trial = *dispatch::trial_of(book, id);
  object line{{"device", id.str()},
              {"result", dispatch::name_of(verdict_of(trial))},
              {"needs", dispatch::name_of(trial.need)},
              {"heard_at", json_of(trial.heard_at)},
              {"test_at", json_of(trial.test_at)},
              {"alarm_at", json_of(trial.alarm_at)}};
  line["rings_at"] = trial.alarming_since
                         ? value(format_utc(*trial.alarming_since + book.rules->test_alarm))
                         : value(nullptr);
  if (const auto index = book.registry->device_index(id)) {
    const device::Device& device = book.registry->community().devices[*index];
    line["label"] = book.registry->label(book.registry->place_of(device));
    line["profile"] = device.profile;
  }
  if (trial.alarm_at) line["would_tell"] = would_be_told(book, id, trial.kind, now);
  const auto glance = walk.glances.find(id);
  if (glance == walk.glances.end()) return line;
  line["last_at"] = format_utc(glance->second.at);
  line["said"] = said(glance->second);
  if (glance->second.battery) line["battery"] = std::llround(*glance->second.battery);
  if (!glance->second.problem.empty()) line["problem"] = printable(glance->second.problem);
  return line;
}

object json_of_walk(const dispatch::Book& book, const Walk& walk, Instant now) {
  object whole{{"test", walk.id},
               {"community", book.registry->community().id.str()},
               {"by", walk.by.str()},
               {"place", walk.place},
               {"started_at", format_utc(walk.started_at)},
               {"until", format_utc(walk.until)},
               {"over", walk.over}};
  array devices;
  for (const DeviceId& id : walk.devices) devices.push_back(json_of_device(book, walk, id, now));
  whole["devices"] = std::move(devices);
  array beside;
  for (const Walk::Bystander& seen : walk.bystanders) {
    beside.push_back({{"at", format_utc(seen.at)}, {"who", seen.who}, {"what", seen.what}});
  }
  whole["beside"] = std::move(beside);
  object rang;
  for (const auto& [id, why] : walk.rang) rang[id.str()] = why;
  whole["rang"] = std::move(rang);
  return whole;
}

bool may_test(household::Role role) {
  return role == household::Role::installer || role == household::Role::duty_a ||
         role == household::Role::secretary || role == household::Role::director;
}

}  // namespace

// Whom the journal names for a login that may test. Errors: invalid, refused.
Result<PersonId> Control::tester_of(const object& arguments) const {
  const std::string name = text_of(arguments, "by");
  if (name.empty()) return fail(Error::Code::invalid, "who tests? `by` names a login");
  TRY(known, parts_.access.users());
  for (const store::User& user : known) {
    if (user.name != name || user.disabled) continue;
    if (!may_test(user.role)) {
      return fail(Error::Code::refused, "`" + name + "` may not test devices");
    }
    return user.person.empty() ? PersonId(user.name) : user.person;
  }
  return fail(Error::Code::not_found, "there is no login `" + printable(name) + "`");
}

Control::Answer Control::start_test(const object& arguments) {
  TRY(by, tester_of(arguments));
  TRY(community, community_of(arguments));
  const CommunityId& id = community->estate.id;
  const dispatch::Book* book = parts_.gateway.book(id);
  const std::string place = text_of(arguments, "place");
  std::int64_t minutes = kMinutesUsual;
  if (const value* given = arguments.if_contains("minutes"); given != nullptr) {
    boost::system::error_code error;
    minutes = given->to_number<std::int64_t>(error);
    if (error || minutes < 1 || minutes > 120) {
      return fail(Error::Code::invalid, "`minutes` is a whole number 1 .. 120");
    }
  }
  auto devices = devices_at(*book->registry, *parts_.config(), place);
  if (devices.empty()) {
    return fail(Error::Code::not_found,
                "`" + printable(place) + "` is no device, and no home or area with devices");
  }
  const dispatch::Reply reply =
      parts_.gateway.ask(id, dispatch::TestStarted{.by = by,
                                                   .place = place,
                                                   .devices = std::move(devices),
                                                   .length = std::chrono::minutes(minutes)});
  if (!reply.why_not.empty()) return fail(Error::Code::refused, reply.why_not);
  return value(json_of_walk(*book, book->walks.at(reply.test), parts_.clock.now()));
}

Control::Answer Control::walktest(const object& arguments) {
  const std::string action = text_of(arguments, "action");
  if (action == "start") return start_test(arguments);
  if (action == "list" || action.empty()) {
    array list;
    for (const dispatch::Book* book : books_of(arguments)) {
      for (const auto& [id, walk] : book->walks) {
        list.push_back(json_of_walk(*book, walk, parts_.clock.now()));
      }
    }
    return value(list);
  }
  if (action != "stop" && action != "quiet") {
    return fail(Error::Code::invalid, "`" + action + "` is not start, list, stop or quiet");
  }
  TRY(by, tester_of(arguments));
  TRY(community, community_of(arguments));
  dispatch::Event event =
      dispatch::TestQuieted{.device = DeviceId(text_of(arguments, "device")), .by = by};
  if (action == "stop") {
    event = dispatch::TestStopped{.test = text_of(arguments, "test"), .by = by};
  }
  const dispatch::Reply reply = parts_.gateway.ask(community->estate.id, event);
  if (!reply.why_not.empty()) return fail(Error::Code::refused, reply.why_not);
  return value(object{{"done", true}});
}

}  // namespace shouwang::app
