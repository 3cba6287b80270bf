// The verb `walktest`: devices under test by an installer (dispatch/trial.h).

#include <cmath>

#include "app/control.h"
#include "app/walks.h"
#include "base/utf8.h"
#include "dispatch/walk_card.h"

namespace shouwang::app {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using dispatch::Walk;
using dispatch::WalkCard;

std::string text_of(const object& arguments, std::string_view name) {
  const value* found = arguments.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : "";
}

value json_of(const std::optional<Instant>& at) {
  return at ? value(format_utc(*at)) : value(nullptr);
}

std::string said(const Walk::Glance& glance) {
  std::string text;
  for (const device::Signal& signal : glance.signals) {
    text += (text.empty() ? "" : ", ") + std::string(name_of(signal.kind)) + " " +
            std::string(name_of(signal.meaning));
  }
  return text;
}

void add_glance(object& line, const Walk::Glance& last) {
  line["last_at"] = format_utc(last.at);
  line["said"] = said(last);
  if (last.battery) line["battery"] = std::llround(*last.battery);
  if (last.link) line["link"] = to_text(*last.link);
  if (last.device_time) line["device_time"] = format_utc(*last.device_time);
  if (!last.problem.empty()) line["problem"] = printable(last.problem);
}

object json_of_device(const WalkCard::Device& device) {
  object line{{"device", device.device.str()},
              {"label", device.label},
              {"profile", device.profile},
              {"result", dispatch::name_of(device.verdict)},
              {"needs", dispatch::name_of(device.need)},
              {"heard_at", json_of(device.heard_at)},
              {"test_at", json_of(device.test_at)},
              {"alarm_at", json_of(device.alarm_at)},
              {"rings_at", json_of(device.rings_at)}};
  if (device.alarm_at) {
    std::size_t people = 0;
    for (const auto& [role, count] : device.would_tell) people += count;
    line["would_tell"] = people;
  }
  if (device.last) add_glance(line, *device.last);
  return line;
}

// "gas test, not under test"
std::string what(const WalkCard::Beside& beside) {
  std::string text = std::string(device::name_of(beside.seen.kind)) + " " +
                     std::string(device::name_of(beside.seen.meaning));
  if (beside.seen.is_listed) return text + ", not under test";
  text += ", in no list";
  return beside.meant.empty()
             ? text
             : text + " with this profile: does that of " + beside.meant.str() + " fit?";
}

object json_of_walk(const CommunityId& community, const WalkCard& card) {
  object whole{{"test", card.id},
               {"community", community.str()},
               {"by", card.by.str()},
               {"place", card.place},
               {"started_at", format_utc(card.started_at)},
               {"until", format_utc(card.until)},
               {"over", card.ending.has_value()}};
  array devices;
  for (const WalkCard::Device& device : card.devices) devices.push_back(json_of_device(device));
  whole["devices"] = std::move(devices);
  array beside;
  for (const WalkCard::Beside& one : card.beside) {
    beside.push_back({{"at", format_utc(one.seen.at)}, {"who", one.seen.who}, {"what", what(one)}});
  }
  whole["beside"] = std::move(beside);
  object rang;
  for (const auto& [id, why] : card.rang) rang[id.str()] = why;
  whole["rang"] = std::move(rang);
  return whole;
}

}  // namespace

// Whom the journal names for a login that may test. Errors: invalid, refused.
Result<PersonId> Control::tester_of(const object& arguments) const {
  const std::string name = text_of(arguments, "by");
  if (name.empty()) return fail(Error::Code::invalid, "who tests? `by` names a login");
  TRY(known, parts_.access.users());
  for (const store::User& user : known) {
    if (user.name != name || user.disabled) continue;
    if (!dispatch::may_test(user.role)) {
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
  WalkWish wish{.by = by, .place = text_of(arguments, "place")};
  if (const value* given = arguments.if_contains("minutes"); given != nullptr) {
    boost::system::error_code error;
    wish.minutes = given->to_number<int>(error);
    if (error || wish.minutes < 1 || wish.minutes > kWalkMinutesMax) {
      return fail(Error::Code::invalid, "`minutes` is a whole number 1 .. 120");
    }
  }
  const dispatch::Reply reply = start_walk(parts_.gateway, *parts_.config(), id, wish);
  if (reply.why_word == "no_devices") return fail(Error::Code::not_found, reply.why_not);
  if (!reply.why_not.empty()) return fail(Error::Code::refused, reply.why_not);
  const dispatch::Book& book = *parts_.gateway.book(id);
  return value(
      json_of_walk(id, dispatch::walk_card(book, book.walks.at(reply.test), parts_.clock.now())));
}

Control::Answer Control::walktest(const object& arguments) {
  const std::string action = text_of(arguments, "action");
  if (action == "start") return start_test(arguments);
  if (action == "list" || action.empty()) {
    array list;
    for (const dispatch::Book* book : books_of(arguments)) {
      const CommunityId& id = book->registry->community().id;
      for (const auto& [test, walk] : book->walks) {
        list.push_back(json_of_walk(id, dispatch::walk_card(*book, walk, parts_.clock.now())));
      }
    }
    return value(list);
  }
  if (action != "stop" && action != "quiet") {
    return fail(Error::Code::invalid, "`" + action + "` is not start, list, stop or quiet");
  }
  TRY(by, tester_of(arguments));
  TRY(community, community_of(arguments));
  const CommunityId& id = community->estate.id;
  const dispatch::Reply reply =
      action == "stop"
          ? stop_walk(parts_.gateway, id, text_of(arguments, "test"), by)
          : quiet_device(parts_.gateway, id, DeviceId(text_of(arguments, "device")), by);
  if (!reply.why_not.empty()) return fail(Error::Code::refused, reply.why_not);
  return value(object{{"done", true}});
}

}  // namespace shouwang::app
