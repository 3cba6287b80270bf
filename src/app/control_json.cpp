#include "app/control_json.h"

#include <algorithm>

namespace shouwang::app {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using household::Role;

value time_or_null(const std::optional<Instant>& at) {
  return at ? value(format_utc(*at)) : value(nullptr);
}

array words_of(household::Roles roles) {
  array words;
  for (const Role role : roles.list()) words.push_back(value(household::name_of(role)));
  return words;
}

array json_of_faults(const std::vector<config::Fault>& faults) {
  array list;
  for (const config::Fault& fault : faults) {
    list.push_back({{"file", fault.file},
                    {"line", fault.line},
                    {"column", fault.column},
                    {"what", fault.what}});
  }
  return list;
}

object json_of_told(const incident::Told& told) {
  return {{"person", told.person.str()},
          {"roles", words_of(told.roles)},
          {"at", format_utc(told.at)},
          {"wave", told.wave},
          {"counted", told.counted},
          {"reach", incident::name_of(told.reach)},
          {"by", told.reach_by},
          {"reach_at", format_utc(told.reach_at)},
          {"unreachable", told.unreachable}};
}

object json_of_response(const incident::Response& response) {
  return {{"person", response.person.str()},
          {"roles", words_of(response.roles)},
          {"going_at", time_or_null(response.going_at)},
          {"minutes", response.minutes ? value(*response.minutes) : value(nullptr)},
          {"stops_the_waves", response.stopping},
          {"arrived_at", time_or_null(response.arrived_at)},
          {"no_entry", response.no_entry},
          {"cannot", response.cannot}};
}

object json_of_source(const incident::Source& source) {
  object one{{"device", source.device.str()},
             {"kind", device::name_of(source.kind)},
             {"first_at", format_utc(source.first_at)},
             {"last_at", format_utc(source.last_at)},
             {"count", source.count},
             {"alarming", source.alarming}};
  if (source.value) {
    one["value"] = *source.value;
    one["unit"] = source.unit;
  }
  return one;
}

object json_of_parcel(const dispatch::Parcel& parcel) {
  array letters;
  for (const dispatch::Item& item : parcel.items) {
    letters.push_back(
        {{"incident", item.incident.str()}, {"letter", dispatch::name_of(item.letter)}});
  }
  return {{"parcel", parcel.key.str()},    {"person", parcel.person.str()},
          {"letters", std::move(letters)}, {"state", dispatch::name_of(parcel.state)},
          {"channel", parcel.channel()},   {"reach", incident::name_of(parcel.reach)},
          {"reach_by", parcel.reach_by},   {"created_at", format_utc(parcel.created_at)},
          {"attempts", parcel.attempts},   {"maybe_repeated", parcel.maybe_repeated},
          {"error", parcel.error},         {"title", parcel.title}};
}

}  // namespace

object json_of_line(const dispatch::File& file, const household::Registry& registry) {
  const incident::Incident& incident = file.incident;
  object line{{"incident", incident.id.str()},
              {"community", incident.community.str()},
              {"kind", device::name_of(incident.kind)},
              {"place", registry.label(incident.place)},
              {"severity", incident::name_of(incident.severity)},
              {"phase", incident::name_of(incident.phase)},
              {"raised_at", format_utc(incident.raised_at)},
              {"told", incident.told.size()},
              {"lead", incident.lead ? value(incident.lead->str()) : value(nullptr)}};
  line["device"] = incident.sources.front().device.str();
  if (incident.closing) {
    line["closed_at"] = format_utc(incident.closing->at);
    line["cause"] = incident::name_of(incident.closing->cause);
  }
  return line;
}

object json_of_whole(const dispatch::File& file, const std::vector<dispatch::Parcel>& parcels) {
  const incident::Incident& incident = file.incident;
  object whole{{"incident", incident.id.str()},
               {"community", incident.community.str()},
               {"kind", device::name_of(incident.kind)},
               {"severity", incident::name_of(incident.severity)},
               {"origin", incident::name_of(incident.origin)},
               {"phase", incident::name_of(incident.phase)},
               {"household", incident.place.household.str()},
               {"area", incident.place.area.str()},
               {"raised_at", format_utc(incident.raised_at)},
               {"ladder", file.ladder.name},
               {"waves_run", file.progress.waves_run},
               {"loops", file.progress.loops},
               {"version", file.version}};
  const auto list = [&](std::string_view name, const auto& items, auto json) {
    array all;
    for (const auto& item : items) all.push_back(json(item));
    whole[name] = std::move(all);
  };
  list("sources", incident.sources, json_of_source);
  list("told", incident.told, json_of_told);
  list("responses", incident.responses, json_of_response);
  list("parcels", parcels, json_of_parcel);
  list("linked", incident.linked, [](const IncidentId& id) { return value(id.str()); });
  whole["lead"] = incident.lead ? value(incident.lead->str()) : value(nullptr);
  if (incident.closing) {
    whole["closed_at"] = format_utc(incident.closing->at);
    whole["closed_by"] = incident.closing->by.str();
    whole["cause"] = incident::name_of(incident.closing->cause);
  }
  return whole;
}

namespace {

// What an installer reads first. A device that never showed that its alarm comes through is not
// normal, whatever it says.
std::string_view state_of(const dispatch::Book& book, std::size_t index) {
  const auto memory = book.devices.find(book.registry->community().devices[index].id);
  if (memory != book.devices.end() && memory->second.alarming) return "alarm";
  if (memory != book.devices.end() && memory->second.trial) return "under test";
  if (book.supervision.is_silent(index)) return "silent";
  if (!book.supervision.last_heard(index)) return "never heard";
  return dispatch::is_in_service(book, index) ? "in service" : "never tested";
}

}  // namespace

object json_of_device(const dispatch::Book& book, std::size_t index, Instant now) {
  const device::Device& device = book.registry->community().devices[index];
  const device::Supervision& watch = book.supervision;
  const auto last = watch.last_heard(index);
  const auto span_or_null = [](std::optional<Millis> span) {
    return span && *span > Millis{0} ? value(dispatch::rough_span(*span)) : value(nullptr);
  };
  object line{{"device", device.id.str()},
              {"profile", device.profile},
              {"address", device.address},
              {"place", device.place},
              {"label", book.registry->label(book.registry->place_of(device))},
              {"note", device.note},
              {"state", state_of(book, index)}};
  line["last_seen"] = last ? value(format_utc(*last)) : value(nullptr);
  line["age"] = last ? value(dispatch::rough_span(now - *last)) : value(nullptr);
  line["expected"] = span_or_null(watch.pace(index).interval);
  line["silent_after"] = span_or_null(watch.pace(index).silent_after);
  line["learned"] = span_or_null(watch.learned(index));
  line["battery"] =
      book.matters.contains("low_battery:" + device.id.str()) ? value("low") : value(nullptr);
  const auto memory = book.devices.find(device.id);
  const bool known = memory != book.devices.end();
  line["alarming"] = known && memory->second.alarming;
  line["proven_at"] = known && memory->second.proven_at
                          ? value(format_utc(*memory->second.proven_at))
                          : value(nullptr);
  line["false_alarms"] = known ? memory->second.false_alarms.size() : 0;
  return line;
}

object json_of_matter(const dispatch::Matter& matter) {
  object line{{"matter", matter.id},
              {"fault", matter.fault},
              {"subject", matter.subject},
              {"detail", matter.detail},
              {"since", format_utc(matter.since)},
              {"opened_at", format_utc(matter.opened_at)},
              {"last_at", format_utc(matter.last_at)},
              {"count", matter.count},
              {"rung", matter.rungs}};
  if (matter.waived_until) {
    line["waived_until"] = format_utc(*matter.waived_until);
    line["waived_by"] = matter.waived_by;
    line["waived_why"] = matter.waived_why;
  }
  return line;
}

object json_of_test(const Vitals::Test& test) {
  object json{{"on", test.is_on}, {"passed", test.counts.passed}, {"missed", test.counts.missed}};
  if (test.broken_since) json["broken_since"] = format_utc(*test.broken_since);
  if (!test.latest) return json;
  json["started_at"] = format_utc(test.latest->started_at);
  json["ended_at"] = format_utc(test.latest->ended_at);
  if (test.latest->stuck_at) json["stuck_at"] = name_of(*test.latest->stuck_at);
  object stages;
  for (std::size_t i = 0; i < kStageCount; ++i) {
    const auto stage = static_cast<Stage>(i);
    if (test.latest->stuck_at && stage >= *test.latest->stuck_at) break;
    stages[name_of(stage)] = test.latest->took[i].count();
  }
  json["stage_ms"] = std::move(stages);
  return json;
}

object json_of_import(const config::Import& import) {
  array counts;
  for (const config::LedgerCount& count : import.counts) {
    counts.push_back({{"file", count.file}, {"rows", count.rows}, {"taken", count.taken}});
  }
  return {{"accepted", import.is_accepted},
          {"counts", std::move(counts)},
          {"faults", json_of_faults(import.faults)},
          {"warnings", json_of_faults(import.warnings)},
          {"left_out", json_of_faults(import.left_out)}};
}

Result<Done> check_login_name(const std::string& name) {
  const bool fits = !name.empty() && name.size() <= 32 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
  if (fits) return Done{};
  return fail(Error::Code::invalid, "`" + name + "` is no login name: 1 to 32 of a-z 0-9 . _ -");
}

Result<Role> login_role(const std::string& name) {
  for (const Role role :
       {Role::duty_a, Role::secretary, Role::director, Role::installer, Role::viewer}) {
    if (household::name_of(role) == name) return role;
  }
  return fail(Error::Code::invalid,
              "`" + name +
                  "` is no role; allowed: duty_a (the desk), secretary, director, "
                  "installer, viewer");
}

}  // namespace shouwang::app
