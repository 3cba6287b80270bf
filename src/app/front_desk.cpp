#include "app/front_desk.h"

#include <algorithm>
#include <set>

#include "app/walks.h"

namespace shouwang::app {
namespace {

using dispatch::Book;
using dispatch::File;
using household::Role;
using household::Roles;
using web::PageRef;

constexpr std::size_t kPlacesMax = 20;
constexpr std::size_t kPeopleMax = 50;

// E.164 with a plus: what a phone's dialler takes. `test:` addresses are not.
bool is_dialable(const std::string& address) {
  return address.size() >= 9 && address.size() <= 16 && address.front() == '+' &&
         std::ranges::all_of(address.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

dispatch::Reply refused() { return {.refusal = incident::Refusal::not_allowed}; }

// Whom the journal names: an installer's login may be nobody on record.
PersonId tester(const web::Session& session) {
  return session.person.empty() ? PersonId(session.user) : session.person;
}

Roles roles_of(const web::Session& session) { return Roles{session.role}; }

}  // namespace

FrontDesk::FrontDesk(Parts parts, std::shared_ptr<const config::Config> config)
    : parts_(std::move(parts)) {
  use(std::move(config));
}

void FrontDesk::use(std::shared_ptr<const config::Config> config) {
  config_ = std::move(config);
  communities_.clear();
  for (const config::Community& community : config_->communities) {
    const household::Community& estate = community.estate;
    communities_.emplace(estate.id, web::CommunityView{.id = estate.id,
                                                       .label = estate.label,
                                                       .language = estate.language,
                                                       .zone = estate.zone,
                                                       .role_labels = community.role_labels});
  }
}

const web::CommunityView* FrontDesk::community(const CommunityId& id) {
  const auto found = communities_.find(id);
  return found == communities_.end() ? nullptr : &found->second;
}

std::string FrontDesk::language_of(const CommunityId& id, const PersonId& person) {
  const Book* open = book(id);
  return open == nullptr ? config_->language : parts_.scribe.language_of(*open, person);
}

std::optional<PageRef> FrontDesk::page_named(std::string_view token) {
  auto page = parts_.pages.find(token);
  if (!page || !card(*page, {})) return std::nullopt;
  return page;
}

std::optional<dispatch::Card> FrontDesk::card(const PageRef& page, Roles extra) {
  const Book* open = book(page.community);
  if (open == nullptr) return std::nullopt;
  return dispatch::card_for(*open, page.incident, page.person, extra, now());
}

void FrontDesk::page_opened(const PageRef& page) {
  if (book(page.community) == nullptr) return;
  parts_.gateway.ask(page.community,
                     dispatch::PageOpened{.incident = page.incident, .by = page.person});
}

dispatch::Reply FrontDesk::answer(const PageRef& page, incident::Answer answer) {
  if (book(page.community) == nullptr) return refused();
  return parts_.gateway.ask(
      page.community, dispatch::Answered{.incident = page.incident, .answer = std::move(answer)});
}

std::string FrontDesk::number_to_call(const PageRef& page, std::string_view whom) {
  const Book* open = book(page.community);
  const File* file = open == nullptr ? nullptr : open->find(page.incident);
  if (file == nullptr || !file->incident.is_open()) return "";
  if (whom == "lead") {
    return file->incident.lead ? dialable(*open, *file->incident.lead) : "";
  }
  if (whom != "home") return dialable(*open, PersonId(whom));
  const household::Household* home = open->registry->household(file->incident.place.household);
  if (home == nullptr) return "";
  for (const auto& resident : home->residents) {
    std::string number = dialable(*open, resident.person);
    if (!number.empty()) return number;
  }
  return "";
}

std::string FrontDesk::dialable(const Book& open, const PersonId& person) const {
  const household::Person* record = open.registry->person(person);
  if (record == nullptr) return "";
  for (const auto& address : record->addresses) {
    if (is_dialable(address.address)) return address.address;
  }
  return "";
}

std::vector<PageRef> FrontDesk::also_open(const PageRef& page) {
  std::vector<PageRef> others;
  const Book* open = book(page.community);
  if (open == nullptr) return others;
  for (const auto& [id, file] : open->files) {
    if (id == page.incident || !file.incident.is_open()) continue;
    if (file.incident.find_told(page.person) == nullptr) continue;
    others.push_back({.community = page.community, .incident = id, .person = page.person});
  }
  return others;
}

std::string FrontDesk::home_label(const CommunityId& id, const HouseholdId& home) {
  const Book* open = book(id);
  return open == nullptr ? home.str()
                         : open->registry->label(open->registry->place_named(home.str()));
}

std::vector<web::InboxLine> FrontDesk::inbox(const CommunityId& id, const PersonId& person) {
  std::vector<web::InboxLine> lines;
  const Book* open = book(id);
  if (open == nullptr) return lines;
  const auto waiting = parts_.phones.waiting({id, person});
  for (const auto& [incident, file] : open->files) {
    const incident::Told* told = file.incident.find_told(person);
    if (told == nullptr) continue;
    const PageRef page{.community = id, .incident = incident, .person = person};
    const auto message = waiting.find(incident);
    if (message != waiting.end()) {
      lines.push_back({.key = message->second.key,
                       .page = page,
                       .title = message->second.title,
                       .body = message->second.body,
                       .at = message->second.at,
                       .open = file.incident.is_open()});
      continue;
    }
    notify::Text text = parts_.scribe.about(*open, incident, person, now());
    lines.push_back({.page = page,
                     .title = std::move(text.title),
                     .body = notify::with_links(text.body, incident,
                                                [](const IncidentId&) { return std::string(); }),
                     .at = told->at,
                     .open = file.incident.is_open()});
  }
  std::ranges::stable_sort(lines, [](const web::InboxLine& a, const web::InboxLine& b) {
    return std::pair{a.open, a.at} > std::pair{b.open, b.at};
  });
  return lines;
}

void FrontDesk::phone_connected(const CommunityId& id, const PersonId& person, bool here) {
  if (!here || book(id) == nullptr) return;
  // The open page shows what lies there; it confirms each message itself (phone_has).
  static_cast<void>(person);
}

void FrontDesk::phone_has(const CommunityId& id, const ParcelKey& key) {
  parts_.phones.confirmed(id, key);
  if (parts_.page_has) parts_.page_has(id, key);
}

void FrontDesk::log_in(const std::string& user, const std::string& password, const std::string&,
                       std::function<void(std::variant<web::Session, web::LoginRefused>)> done) {
  parts_.logins.check(user, password, std::move(done));
}

bool FrontDesk::may_still(const web::Session& session) { return parts_.logins.stands(session); }

std::string FrontDesk::person_label(const CommunityId& id, const PersonId& person) {
  const Book* open = book(id);
  const household::Person* record = open == nullptr ? nullptr : open->registry->person(person);
  return record == nullptr || record->name.empty() ? person.str() : record->name;
}

std::vector<dispatch::Card> FrontDesk::board(const web::Session& session) {
  std::vector<dispatch::Card> cards;
  const Book* open = book(session.community);
  if (open == nullptr) return cards;
  for (const IncidentId& id : dispatch::board_order(*open)) {
    auto card = dispatch::card_for(*open, id, session.person, roles_of(session), now());
    if (card) cards.push_back(std::move(*card));
  }
  return cards;
}

std::vector<dispatch::Matter> FrontDesk::matters(const CommunityId& id) {
  std::vector<dispatch::Matter> open_matters;
  const Book* open = book(id);
  if (open == nullptr) return open_matters;
  for (const auto& [key, matter] : open->matters) open_matters.push_back(matter);
  return open_matters;
}

dispatch::Reply FrontDesk::open_incident(const web::Session& session, dispatch::Opened opened) {
  const bool may_open = session.role == Role::duty_a || session.role == Role::duty_b ||
                        session.role == Role::secretary || session.role == Role::director;
  if (!may_open || book(session.community) == nullptr) return refused();
  opened.by = session.person;
  return parts_.gateway.ask(session.community, opened);
}

dispatch::Reply FrontDesk::item_done(const web::Session& session, const std::string& item) {
  if (session.role == Role::viewer || book(session.community) == nullptr) return refused();
  return parts_.gateway.ask(session.community,
                            dispatch::ItemDone{.item = item, .by = session.person});
}

dispatch::Reply FrontDesk::item_waived(const web::Session& session, dispatch::ItemWaived waived) {
  const bool may_waive = session.role == Role::duty_a || session.role == Role::duty_b ||
                         session.role == Role::installer;
  if (!may_waive || book(session.community) == nullptr) return refused();
  waived.by = session.person;
  return parts_.gateway.ask(session.community, waived);
}

bool FrontDesk::may_test(const web::Session& session) const {
  return dispatch::may_test(session.role) && book(session.community) != nullptr;
}

std::vector<dispatch::WalkCard> FrontDesk::walks(const web::Session& session) {
  if (!may_test(session)) return {};
  return dispatch::walk_cards(*book(session.community), now());
}

dispatch::Reply FrontDesk::start_walk(const web::Session& session, const std::string& place,
                                      int minutes) {
  if (!may_test(session)) return refused();
  return app::start_walk(parts_.gateway, *config_, session.community,
                         {.by = tester(session), .place = place, .minutes = minutes});
}

dispatch::Reply FrontDesk::stop_walk(const web::Session& session, const std::string& test) {
  if (!may_test(session)) return refused();
  return app::stop_walk(parts_.gateway, session.community, test, tester(session));
}

dispatch::Reply FrontDesk::quiet_device(const web::Session& session, const DeviceId& device) {
  if (!may_test(session)) return refused();
  return app::quiet_device(parts_.gateway, session.community, device, tester(session));
}

std::vector<std::pair<std::string, std::string>> FrontDesk::places(const CommunityId& id,
                                                                   std::string_view text) {
  std::vector<std::pair<std::string, std::string>> found;
  const Book* open = book(id);
  if (open == nullptr || text.empty()) return found;
  const household::Registry& registry = *open->registry;
  const auto offer = [&](const std::string& place) {
    if (found.size() >= kPlacesMax) return;
    std::string label = registry.label(registry.place_named(place));
    if (place.find(text) == std::string::npos && label.find(text) == std::string::npos) return;
    found.emplace_back(place, std::move(label));
  };
  for (const household::Area& area : registry.community().areas) offer(area.id.str());
  for (const household::Household& home : registry.records().households) offer(home.id.str());
  return found;
}

std::vector<std::pair<PersonId, std::string>> FrontDesk::people_to_send(const PageRef& page) {
  std::vector<std::pair<PersonId, std::string>> people;
  const Book* open = book(page.community);
  const File* file = open == nullptr ? nullptr : open->find(page.incident);
  if (file == nullptr) return people;
  std::set<PersonId> once;
  const auto offer = [&](const PersonId& person, const std::string& post) {
    if (people.size() >= kPeopleMax || !once.insert(person).second) return;
    people.emplace_back(person, post + " " + person_label(page.community, person));
  };
  const household::Registry& registry = *open->registry;
  for (const household::Post& post : registry.community().posts) {
    const AreaId& area = file->incident.place.area;
    const bool near = area.empty() || std::ranges::any_of(post.areas, [&](const AreaId& of) {
                        const auto* building = registry.enclosing(area, household::Tier::building);
                        return registry.contains(of, area) ||
                               (building != nullptr && registry.contains(building->id, of));
                      });
    const auto holder = registry.holder(post, now());
    if (near && holder && household::is_responder(post.role)) offer(*holder, post.id.str());
  }
  return people;
}

}  // namespace shouwang::app
