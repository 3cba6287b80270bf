#include "tests/support/fake_desk.h"

#include <algorithm>

#include "tests/support/page_texts.h"
#include "tests/support/small_community.h"

namespace shouwang::testing {
namespace {

using device::Meaning;
using dispatch::Receipt;
using household::Role;
using web::InboxLine;
using web::PageRef;

const CommunityId kSmall("small");
const std::map<std::string, std::pair<Role, std::string>> kUsers = {
    {"desk1", {Role::duty_a, "OF01"}}, {"sec", {Role::secretary, "SEC1"}},
    {"dir", {Role::director, "DIR1"}}, {"inst", {Role::installer, "IN1"}},
    {"guest", {Role::viewer, ""}},     {"odd", {Role::unit_head, "B05-U1-103/1"}}};

dispatch::Heard heard(const household::Registry& registry, const std::string& device,
                      Meaning meaning) {
  const bool known = registry.device_index(DeviceId(device)).has_value();
  const auto kind = device.starts_with("SM-") ? device::Kind::smoke : device::Kind::gas;
  return {.device = known ? DeviceId(device) : DeviceId(),
          .topic = "small/" + device,
          .profile = "native",
          .report = {.address = device, .signals = {{.kind = kind, .meaning = meaning}}}};
}

}  // namespace

FakeDesk::FakeDesk(Instant start)
    : book(small_book()),
      time(start),
      texts_(page_texts()),
      view_{.id = kSmall, .label = "样板社区", .language = "zh-CN"} {
  view_.zone = book.registry->community().zone;
}

dispatch::Effects FakeDesk::apply(const dispatch::Event& event) {
  return dispatch::handle(book, event, time);
}

dispatch::Effects FakeDesk::handle(const dispatch::Event& event) {
  dispatch::Effects effects = apply(event);
  tell(effects);
  carry_parcels();
  for (auto next = dispatch::next_wake(book); next && *next <= time;
       next = dispatch::next_wake(book)) {
    tell(apply(dispatch::Tick{}));
    carry_parcels();
  }
  return effects;
}

void FakeDesk::tell(const dispatch::Effects& effects) {
  if (live == nullptr) return;
  if (!effects.files.empty()) {
    live->incidents_changed(kSmall, {effects.files.begin(), effects.files.end()});
  }
  if (!effects.matters.empty()) live->matters_changed(kSmall);
  if (effects.walks) live->walks_changed(kSmall);
}

// Every parcel that is due goes out and gets its receipt at once.
void FakeDesk::carry_parcels() {
  for (bool any = true; any;) {
    any = false;
    for (const auto& [channel, traits] : book.rules->channels) {
      for (const ParcelKey& key :
           book.outbox.take(channel, 1000, dispatch::Urgency::technical, time)) {
        const dispatch::Parcel parcel = *book.outbox.find(key);
        tell(apply(dispatch::Delivered{key, parcel.attempts, carry(parcel, channel)}));
        any = true;
      }
    }
    book.outbox.take_changed();
    book.outbox.sweep();
  }
}

Receipt FakeDesk::carry(const dispatch::Parcel& parcel, const std::string& channel) {
  if (unreachable.contains(parcel.person.str())) {
    return {.kind = Receipt::Kind::never, .error = "no answer"};
  }
  const IncidentId& incident = parcel.items.front().incident;
  const PageRef page{kSmall, incident, parcel.person};
  const std::string place = book.registry->label(file(incident).incident.place);
  const InboxLine line{.key = parcel.key,
                       .page = page,
                       .title = "报警 " + place,
                       .body = place + "\n请打开页面：" + path_of(page),
                       .at = time};
  auto& lines = inboxes_[parcel.person];
  lines.insert(lines.begin(), line);
  if (live != nullptr) live->deliver_inbox(kSmall, parcel.person, parcel.key, line);
  if (channel == "sms" || channel == "voice") return {.kind = Receipt::Kind::accepted};
  return {.kind = Receipt::Kind::on_phone};
}

IncidentId FakeDesk::alarm(const std::string& device) {
  return handle(heard(*book.registry, device, Meaning::alarm)).reply.incident;
}

IncidentId FakeDesk::unknown_alarm(const std::string& topic) { return alarm(topic); }

void FakeDesk::normal(const std::string& device) {
  handle(heard(*book.registry, device, Meaning::normal));
}

void FakeDesk::advance(Millis span) {
  const Instant until = time + span;
  for (auto next = dispatch::next_wake(book); next && *next <= until;
       next = dispatch::next_wake(book)) {
    time = std::max(time, *next);
    handle(dispatch::Tick{});
  }
  time = until;
}

dispatch::Reply FakeDesk::press(const std::string& person, const IncidentId& incident,
                                incident::Answer answer) {
  return this->answer(page(person, incident), std::move(answer));
}

PageRef FakeDesk::page(const std::string& person, const IncidentId& incident) const {
  return {kSmall, incident, PersonId(person)};
}

std::string FakeDesk::link(const std::string& person, const IncidentId& incident) {
  return path_of(page(person, incident));
}

const dispatch::File& FakeDesk::file(const IncidentId& incident) const {
  return *book.find(incident);
}

const web::CommunityView* FakeDesk::community(const CommunityId& id) {
  return id == kSmall ? &view_ : nullptr;
}

std::string FakeDesk::language_of(const CommunityId&, const PersonId& person) {
  const auto own = language.find(person.str());
  return own == language.end() ? "zh-CN" : own->second;
}

std::optional<PageRef> FakeDesk::page_named(std::string_view token) {
  const auto known = tokens_.find(std::string(token));
  if (known == tokens_.end()) return std::nullopt;
  return known->second;
}

// Long enough to look at, and the same in every run.
std::string FakeDesk::path_of(const PageRef& page) {
  std::uint64_t seed = 5381;
  for (const char c : page.incident.str() + page.person.str()) {
    seed = seed * 33 + static_cast<unsigned char>(c);
  }
  const std::string token = Rng(seed).word(32);
  tokens_.emplace(token, page);
  return "/p/" + token;
}

std::optional<dispatch::Card> FakeDesk::card(const PageRef& page, household::Roles extra) {
  ++asked_for_cards;
  return dispatch::card_for(book, page.incident, page.person, extra, time);
}

void FakeDesk::page_opened(const PageRef& page) {
  opened.push_back(page);
  handle(dispatch::PageOpened{page.incident, page.person});
}

dispatch::Reply FakeDesk::answer(const PageRef& page, incident::Answer answer) {
  answer.by = page.person;
  return handle(dispatch::Answered{page.incident, std::move(answer)}).reply;
}

std::string FakeDesk::number_to_call(const PageRef& page, std::string_view whom) {
  const auto& lead = file(page.incident).incident.lead;
  const household::Person* reader = book.registry->person(page.person);
  if (whom == "home" && reader != nullptr && !reader->home.empty()) return "";
  if (whom == "lead" && (!lead || *lead == page.person)) return "";
  const auto known = numbers.find(std::string(whom));
  return known == numbers.end() ? "" : known->second;
}

std::vector<PageRef> FakeDesk::also_open(const PageRef& page) {
  std::vector<PageRef> pages;
  for (const auto& [id, file] : book.files) {
    if (id == page.incident || !file.incident.is_open()) continue;
    if (file.incident.find_told(page.person) != nullptr) pages.push_back({kSmall, id, page.person});
  }
  return pages;
}

std::string FakeDesk::home_label(const CommunityId&, const HouseholdId& home) {
  return book.registry->label(book.registry->place_named(home.str()));
}

Result<std::string> FakeDesk::enrol(std::string_view code) {
  const auto known = codes.find(std::string(code));
  if (known == codes.end()) return fail(Error::Code::not_found, "no such code");
  const std::string secret = "phone-of-" + known->second;
  codes.erase(known);
  return secret;
}

std::optional<std::pair<CommunityId, PersonId>> FakeDesk::phone_owner(std::string_view secret) {
  constexpr std::string_view kPrefix = "phone-of-";
  if (!secret.starts_with(kPrefix)) return std::nullopt;
  return std::pair{kSmall, PersonId(secret.substr(kPrefix.size()))};
}

std::vector<InboxLine> FakeDesk::inbox(const CommunityId&, const PersonId& person) {
  std::vector<InboxLine> lines = inboxes_[person];
  for (InboxLine& line : lines) line.open = file(line.page.incident).incident.is_open();
  return lines;
}

void FakeDesk::phone_connected(const CommunityId&, const PersonId& person, bool here) {
  presence.push_back(person.str() + (here ? " here" : " gone"));
}

void FakeDesk::phone_has(const CommunityId&, const ParcelKey& key) {
  receipts.push_back(key.str());
}

void FakeDesk::log_in(const std::string& user, const std::string& password, const std::string&,
                      std::function<void(std::variant<web::Session, web::LoginRefused>)> done) {
  const auto known = kUsers.find(user);
  const bool right = known != kUsers.end() && password == kPassword && !disabled.contains(user);
  std::variant<web::Session, web::LoginRefused> result = web::LoginRefused{};
  if (right) {
    const auto& [role, person] = known->second;
    result =
        web::Session{.user = user, .community = kSmall, .person = PersonId(person), .role = role};
  }
  if (!answers_late) return done(result);
  late.emplace_back([done = std::move(done), result] { done(result); });
}

bool FakeDesk::may_still(const web::Session& session) { return !disabled.contains(session.user); }

std::string FakeDesk::person_label(const CommunityId&, const PersonId& person) {
  const household::Person* record = book.registry->person(person);
  return record == nullptr || record->name.empty() ? person.str() : record->name;
}

std::vector<dispatch::Card> FakeDesk::board(const web::Session& session) {
  std::vector<dispatch::Card> cards;
  for (const IncidentId& id : dispatch::board_order(book)) {
    auto one = card({session.community, id, session.person}, {session.role});
    if (one) cards.push_back(std::move(*one));
  }
  return cards;
}

std::vector<dispatch::Matter> FakeDesk::matters(const CommunityId&) {
  std::vector<dispatch::Matter> all;
  for (const auto& [id, matter] : book.matters) all.push_back(matter);
  return all;
}

dispatch::Reply FakeDesk::open_incident(const web::Session&, dispatch::Opened by_hand) {
  return handle(std::move(by_hand)).reply;
}

dispatch::Reply FakeDesk::item_done(const web::Session& session, const std::string& item) {
  return handle(dispatch::ItemDone{item, session.person}).reply;
}

dispatch::Reply FakeDesk::item_waived(const web::Session& session, dispatch::ItemWaived waived) {
  waived.by = session.person;
  return handle(waived).reply;
}

std::vector<dispatch::WalkCard> FakeDesk::walks(const web::Session&) {
  return dispatch::walk_cards(book, time);
}

dispatch::Reply FakeDesk::start_walk(const web::Session& session, const std::string& place,
                                     int minutes) {
  dispatch::TestStarted started{
      .by = session.person, .place = place, .length = std::chrono::minutes(minutes)};
  for (const DeviceId& device : dispatch::devices_at(*book.registry, place)) {
    started.devices.push_back({.device = device});
  }
  return handle(started).reply;
}

dispatch::Reply FakeDesk::stop_walk(const web::Session& session, const std::string& test) {
  return handle(dispatch::TestStopped{.test = test, .by = session.person}).reply;
}

dispatch::Reply FakeDesk::quiet_device(const web::Session& session, const DeviceId& device) {
  return handle(dispatch::TestQuieted{.device = device, .by = session.person}).reply;
}

std::vector<std::pair<std::string, std::string>> FakeDesk::places(const CommunityId&,
                                                                  std::string_view text) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& home : book.registry->records().households) {
    const std::string label = home_label(kSmall, home.id);
    const bool fits =
        home.id.str().find(text) != std::string::npos || label.find(text) != std::string::npos;
    if (fits && found.size() < 20) found.emplace_back(home.id.str(), label);
  }
  return found;
}

std::vector<std::pair<PersonId, std::string>> FakeDesk::people_to_send(const PageRef&) {
  return {{PersonId("B05-U1-103/1"), "单元长 UH-B05-U1"},
          {PersonId("B05-U2-101/1"), "单元长 UH-B05-U2"}};
}

std::string FakeDesk::metrics() {
  return "# HELP shouwang_incidents_open Incidents that nobody has closed.\n"
         "# TYPE shouwang_incidents_open gauge\n"
         "shouwang_incidents_open 0\n";
}

void FakeDesk::control(const std::string& verb, const std::string& arguments,
                       std::function<void(Result<std::string>)> done) {
  if (on_control) return done(on_control(verb, arguments));
  done(fail(Error::Code::not_found, "no such verb"));
}

}  // namespace shouwang::testing
