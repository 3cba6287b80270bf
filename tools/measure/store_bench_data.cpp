#include "store_bench_data.h"

#include <fmt/format.h>

namespace shouwang::bench {
namespace {

using namespace std::chrono_literals;
using dispatch::Letter;
using household::Role;

std::string home_of(std::uint64_t number) {
  return fmt::format("B{:02}-U{}-{}{:02}", number % 11 + 1, number / 11 % 4 + 1,
                     number / 44 % 6 + 1, number / 264 % 4 + 1);
}

escalation::Ladder gas_ladder() {
  using escalation::Audience;
  const auto groups = [](std::initializer_list<Audience> audiences) {
    std::vector<escalation::Group> list;
    for (const Audience audience : audiences) list.push_back({.audience = audience});
    return list;
  };
  return {
      .name = "gas in a home",
      .waves = {{.at = 0s,
                 .tell = groups({Audience::household, Audience::relatives, Audience::unit_head,
                                 Audience::guarantors, Audience::duty_a})},
                {.at = 60s,
                 .tell = groups({Audience::duty_b, Audience::building_head}),
                 .again = {{.wave = 0, .by_voice = true}}},
                {.at = 150s,
                 .tell = groups({Audience::grid_head, Audience::patrol, Audience::neighbours})},
                {.at = 300s,
                 .tell = groups({Audience::secretary, Audience::director, Audience::duty_pool})}},
      .loop = {.every = 60s, .tell = groups({Audience::duty_a, Audience::secretary})},
      .door = {.limit = 600s, .again = {{.wave = 2}, {.wave = 3}}}};
}

constexpr Role kRoles[] = {Role::relative,  Role::relative,      Role::unit_head,
                           Role::guarantor, Role::duty_a,        Role::resident,
                           Role::duty_b,    Role::building_head, Role::relative,
                           Role::neighbour, Role::building_head, Role::grid_head};

}  // namespace

MadeIncident::MadeIncident(std::uint64_t number, Instant at) : at_(at), now_(at) {
  const std::string home = home_of(number);
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  file_.incident = {.id = IncidentId(fmt::format(
                        "{:04}{:02}{:02}-{:06}-{:06x}", static_cast<int>(date.year()),
                        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                        number % 240'000, number * 2'654'435'761U % 0xFFFFFF)),
                    .community = kElm,
                    .place = {.scope = household::Place::Scope::household,
                              .household = HouseholdId(home),
                              .area = AreaId(home.substr(0, 6))},
                    .raised_at = at,
                    .phase_since = at,
                    .sources = {{.device = DeviceId("GA-" + home),
                                 .first_at = at,
                                 .last_at = at + 40s,
                                 .count = 5,
                                 .value = 12.5,
                                 .unit = "%LEL"}}};
  file_.ladder = gas_ladder();
  file_.progress = escalation::begin(file_.ladder, at);
}

dispatch::Parcel MadeIncident::parcel(int number, Letter letter) const {
  const std::string person =
      fmt::format("R{:04}", (at_.time_since_epoch().count() / 7 + number) % 1800);
  return {.key = ParcelKey(fmt::format("{}.{:05}", id().str(), number)),
          .person = PersonId(person),
          .items = {{.incident = id(),
                     .letter = letter,
                     .roles = {kRoles[static_cast<std::size_t>(number) % std::size(kRoles)]}}},
          .route = {{.channel = "push", .address = "test:" + person + "/push"},
                    {.channel = "sms", .address = "test:" + person + "/sms"},
                    {.channel = "voice", .address = "test:" + person + "/voice"}},
          .created_at = now_,
          .not_before = now_,
          .expires_at = now_ + 24h,
          .state = dispatch::Parcel::State::sending,
          .leg_since = now_,
          .attempts = 1,
          .leg_attempts = 1,
          .next_at = now_ + 15s,
          .reach = incident::Reach::sent,
          .reach_by = "push",
          .reach_at = now_,
          .title = "燃气报警 5号楼4单元302 02:41",
          .body =
              "【燃气报警】5号楼4单元302，02:41。请立即联系家中的人：不要开灯、不要打电话、开窗、"
              "关总阀、到楼外去。闻到燃气味或看见明火，请马上离开并拨打应急电话。已通知：家属、"
              "单元长、楼栋长、值班室。请打开页面告诉大家您是否前往：{{link}}"};
}

void MadeIncident::log(store::Batch& batch, const char* actor, const char* type,
                       std::vector<std::pair<std::string, std::string>> facts) {
  batch.journal.push_back({.at = now_,
                           .community = kElm,
                           .incident = id(),
                           .actor = actor,
                           .type = type,
                           .facts = std::move(facts)});
}

void MadeIncident::tell(store::Batch& batch, int first, int last, Letter letter) {
  std::string told;
  for (int i = first; i <= last; ++i) {
    batch.parcels.push_back(parcel(i, letter));
    const dispatch::Parcel& made = batch.parcels.back();
    told.append(made.person.str()).append(":relative ");
    file_.incident.told.push_back({.person = made.person,
                                   .roles = made.items[0].roles,
                                   .at = now_,
                                   .wave = 0,
                                   .counted = i % 2 == 0,
                                   .reach = incident::Reach::sent,
                                   .reach_by = "push",
                                   .reach_at = now_});
  }
  file_.parcels = static_cast<std::uint32_t>(last);
  log(batch, "gateway", "wave", {{"wave", "0"}, {"told", told}, {"skipped", "BH05:inside"}});
}

void MadeIncident::finish(store::Batch& batch, int first, int last, Letter letter) {
  for (int i = first; i <= last; ++i) {
    dispatch::Parcel sent = parcel(i, letter);
    sent.state = dispatch::Parcel::State::done;
    sent.reach = incident::Reach::on_phone;
    batch.parcels.push_back(sent);
    const auto told = static_cast<std::size_t>(i - 1);
    file_.incident.told[told].reach = incident::Reach::on_phone;
    for (const char* result : {"awaiting", "on_phone"}) {
      log(batch, sent.person.str().c_str(), "delivery",
          {{"parcel", sent.key.str()}, {"channel", "push"}, {"try", "1"}, {"result", result}});
    }
  }
}

store::Batch MadeIncident::done(store::Batch batch) {
  batch.community = kElm;
  batch.files.push_back(file_);
  ++file_.version;
  return batch;
}

store::Batch MadeIncident::raise() {
  store::Batch batch;
  const auto& source = file_.incident.sources[0];
  log(batch, source.device.str().c_str(), "raised",
      {{"kind", "gas"},
       {"place", file_.incident.place.household.str()},
       {"ladder", "gas in a home"}});
  tell(batch, 1, 6, Letter::first);
  batch.devices.push_back({.device = source.device,
                           .alarming = true,
                           .since = at_,
                           .event_ids = {fmt::format("{}-17", source.device.str())},
                           .incident = id()});
  return done(std::move(batch));
}

store::Batch MadeIncident::deliver() {
  now_ += 3s;
  store::Batch batch;
  finish(batch, 1, 6, Letter::first);
  file_.incident.phase = incident::Phase::told;
  return done(std::move(batch));
}

store::Batch MadeIncident::claim() {
  now_ += 70s;
  store::Batch batch;
  tell(batch, 7, 12, Letter::going);
  incident::Incident& incident = file_.incident;
  const PersonId lead = incident.told[2].person;
  incident.responses.push_back({.person = lead,
                                .roles = {Role::unit_head},
                                .going_at = now_,
                                .minutes = 3,
                                .stopping = true});
  incident.lead = lead;
  incident.phase = incident::Phase::claimed;
  log(batch, lead.str().c_str(), "going", {{"minutes", "3"}, {"stopping", "yes"}});
  for (int i = 1; i <= 4; ++i)
    log(batch, incident.told[static_cast<std::size_t>(i)].person.str().c_str(), "opened", {});
  finish(batch, 7, 12, Letter::going);
  return done(std::move(batch));
}

store::Batch MadeIncident::rounds() {
  store::Batch batch;
  for (int i = 13; i <= 112; ++i) {
    now_ += 2s;
    dispatch::Parcel sent = parcel(i, Letter::again);
    sent.person =
        PersonId(fmt::format("R{:04}", at_.time_since_epoch().count() / 7 % 900 + i % 12));
    sent.state = dispatch::Parcel::State::done;
    batch.parcels.push_back(sent);
    for (const char* result : {"awaiting", "on_phone"}) {
      log(batch, sent.person.str().c_str(), "delivery",
          {{"parcel", sent.key.str()}, {"channel", "push"}, {"try", "1"}, {"result", result}});
    }
  }
  file_.parcels = 112;
  return done(std::move(batch));
}

store::Batch MadeIncident::close() {
  now_ += 20min;
  store::Batch batch;
  incident::Incident& incident = file_.incident;
  incident.responses[0].arrived_at = now_ - 15min;
  incident.notes.push_back({.at = now_ - 10min, .by = *incident.lead, .text = "阀门已关，通风中"});
  incident.settled_as = incident::Cause::pot;
  incident.closing =
      incident::Closing{.at = now_, .by = PersonId("OF03"), .cause = incident::Cause::pot};
  incident.phase = incident::Phase::closed;
  incident.phase_since = now_;
  incident.sources[0].alarming = false;
  for (const char* type : {"arrived", "note", "cause", "normal", "seen", "closed", "satisfied"}) {
    log(batch, "OF03", type, {{"cause", "pot"}});
  }
  return done(std::move(batch));
}

store::Batch MadeIncident::change() {
  now_ += 1s;
  store::Batch batch;
  const int number = changes_++ % 6 + 1;
  batch.parcels.push_back(parcel(number, Letter::first));
  batch.parcels[0].attempts = changes_;
  log(batch, batch.parcels[0].person.str().c_str(), "delivery",
      {{"parcel", batch.parcels[0].key.str()}, {"channel", "push"}, {"result", "awaiting"}});
  return done(std::move(batch));
}

household::Records made_records(int homes) {
  household::Records records;
  for (int k = 0; k < homes; ++k) {
    const std::string home = home_of(static_cast<std::uint64_t>(k)) + fmt::format("{:04}", k);
    household::Household line{
        .id = HouseholdId(home), .area = AreaId(home.substr(0, 6)), .label = "302"};
    const int people = k % 4 == 0 ? 3 : 2;
    for (int i = 1; i <= people; ++i) {
      const std::string person = fmt::format("{}/{}", home, i);
      records.persons.push_back({.id = PersonId(person),
                                 .addresses = {{"sms", fmt::format("test:{}/sms", person)}},
                                 .home = line.id});
      household::Resident resident{.person = PersonId(person)};
      if (k % 5 == 0) resident.facts.set(household::Fact::elder);
      line.residents.push_back(resident);
    }
    if (k % 3 != 0) {
      const PersonId relative(fmt::format("R{:04}", k));
      records.persons.push_back(
          {.id = relative,
           .addresses = {{"push", fmt::format("test:{}/push", relative.str())},
                         {"sms", fmt::format("test:{}/sms", relative.str())},
                         {"voice", fmt::format("test:{}/voice", relative.str())}}});
      line.contacts.push_back({.person = relative, .relation = "daughter"});
    }
    records.households.push_back(std::move(line));
  }
  const Instant start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
  for (int i = 0; i < 1095; ++i) {
    records.shifts.push_back({.from = start + i * 8h,
                              .until = start + (i + 1) * 8h,
                              .a = PersonId(fmt::format("OF{:02}", i % 10 + 1)),
                              .b = PersonId(fmt::format("OF{:02}", (i + 5) % 10 + 1))});
  }
  return records;
}

}  // namespace shouwang::bench
