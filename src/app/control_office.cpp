// What the office asks and tells: how much the desk has to bear, the diary of a day, a device that
// chirps.

#include "app/control.h"
#include "base/utf8.h"
#include "dispatch/diary.h"
#include "dispatch/load.h"
#include "notify/words.h"

namespace shouwang::app {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

std::string text_of(const object& arguments, std::string_view name) {
  const value* found = arguments.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : "";
}

}  // namespace

Control::Answer Control::load(const object& arguments) {
  array list;
  for (const dispatch::Book* book : books_of(arguments)) {
    const dispatch::AlarmLoad load = dispatch::load_of(*book, parts_.clock.now());
    array stale;
    for (const IncidentId& id : load.stale) stale.emplace_back(id.str());
    array nuisances;
    for (const dispatch::Nuisance& one : load.nuisances) {
      nuisances.push_back(
          {{"device", one.device.str()}, {"false_alarms", one.false_alarms}, {"flaps", one.flaps}});
    }
    list.push_back(
        {{"community", book->registry->community().id.str()},
         {"alarms_10min", load.rate},
         {"flood_since", load.flood_since ? value(format_utc(*load.flood_since)) : value(nullptr)},
         {"stale", std::move(stale)},
         {"nuisances", std::move(nuisances)}});
  }
  return value(list);
}

Control::Answer Control::diary(const object& arguments) {
  TRY(community, community_of(arguments));
  const dispatch::Book* book = parts_.gateway.book(community->estate.id);
  if (book == nullptr) return fail(Error::Code::not_found, "the community is not open");
  const Zone& zone = book->registry->community().zone;
  const Instant now = parts_.clock.now();
  const std::string name = text_of(arguments, "day");
  const auto day =
      name.empty() ? std::optional(dispatch::day_of(zone, now)) : dispatch::day_named(zone, name);
  if (!day || day->from > now || day->from < now - dispatch::kDiaryKept) {
    return fail(Error::Code::invalid, "`" + printable(name) +
                                          "` is no day like 2026-01-15 within the last two; older "
                                          "ones: shouwangctl report");
  }
  const std::string wanted = text_of(arguments, "language");
  const notify::Receiver office{
      .language = wanted.empty() ? book->registry->community().language : wanted, .zone = &zone};
  const auto config = parts_.config();
  const notify::Words words(config->catalogue);
  const notify::Text text =
      words.write_diary(dispatch::diary_of(*book, *day, now), *book, office, now, true);
  return value(object{{"day", day->name}, {"title", text.title}, {"text", text.body}});
}

Control::Answer Control::chirping(const object& arguments) {
  TRY(community, community_of(arguments));
  const DeviceId device(text_of(arguments, "device"));
  const dispatch::Book* book = parts_.gateway.book(community->estate.id);
  if (book == nullptr || !book->registry->device_index(device)) {
    return fail(Error::Code::not_found, "there is no device `" + printable(device.str()) + "`");
  }
  const PersonId by(text_of(arguments, "by"));
  if (book->registry->person(by) == nullptr) {
    return fail(Error::Code::invalid, "`by` names who says so: a person on record");
  }
  const dispatch::Reply reply = parts_.gateway.ask(
      community->estate.id,
      dispatch::Chirped{.device = device, .by = by, .text = text_of(arguments, "text")});
  if (!reply.refusal) return value(object{{"matter", "chirping:" + device.str()}});
  return fail(Error::Code::refused, "refused: " + std::string(name_of(*reply.refusal)));
}

}  // namespace shouwang::app
