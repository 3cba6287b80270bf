#include "app/scribe.h"

#include <algorithm>

#include "base/check.h"
#include "config/zones.h"

namespace shouwang::app {

Scribe::Scribe(const Pages& pages, std::shared_ptr<const config::Config> config) : pages_(pages) {
  use(std::move(config));
}

void Scribe::use(std::shared_ptr<const config::Config> config) {
  config_ = std::move(config);
  words_ = std::make_unique<notify::Words>(config_->catalogue);
  communities_.clear();
  for (const config::Community& community : config_->communities) {
    communities_.emplace(community.estate.id, &community);
  }
}

std::vector<Written> Scribe::write(const dispatch::Book& book,
                                   const std::vector<const dispatch::Parcel*>& parcels,
                                   Instant now) {
  Round round{.book = book, .now = now, .scenes = notify::Scenes(book)};
  std::vector<Written> written;
  written.reserve(parcels.size());
  for (const dispatch::Parcel* parcel : parcels) {
    const household::Person* person = book.registry->person(parcel->person);
    if (person != nullptr && !person->zone.empty() && !zones_.contains(person->zone)) {
      if (auto zone = config::zone_named(person->zone)) zones_.emplace(person->zone, *zone);
    }
    written.push_back(one(round, *parcel));
  }
  return written;
}

notify::Text Scribe::about(const dispatch::Book& book, const IncidentId& incident,
                           const PersonId& person, Instant now) const {
  const dispatch::File* file = book.find(incident);
  const incident::Told* told = file == nullptr ? nullptr : file->incident.find_told(person);
  if (told == nullptr) return {};
  const auto letter = file->incident.is_open() ? dispatch::Letter::first : dispatch::Letter::ending;
  const dispatch::Parcel parcel{
      .key = ParcelKey("page"),
      .person = person,
      .items = {{.incident = incident, .letter = letter, .roles = told->roles}},
      .route = {{.channel = book.rules->inbox, .address = ""}},
      .created_at = now,
      .not_before = now};
  notify::Scenes scenes(book);
  return words_->write(
      parcel, [&](const IncidentId& id) { return scenes.find(id); }, receiver(book, person), now);
}

std::string Scribe::language_of(const dispatch::Book& book, const PersonId& person) const {
  const household::Person* record = book.registry->person(person);
  if (record != nullptr && !record->language.empty()) return record->language;
  return book.registry->community().language;
}

notify::Receiver Scribe::receiver(const dispatch::Book& book, const PersonId& person) const {
  notify::Receiver receiver{.language = language_of(book, person),
                            .zone = &book.registry->community().zone};
  const household::Person* record = book.registry->person(person);
  if (record != nullptr && !record->zone.empty()) {
    const auto zone = zones_.find(record->zone);
    if (zone != zones_.end()) receiver.own_zone = &zone->second;
  }
  const auto community = communities_.find(book.registry->community().id);
  if (community != communities_.end()) receiver.role_labels = &community->second->role_labels;
  return receiver;
}

Written Scribe::one(Round& round, const dispatch::Parcel& parcel) const {
  const dispatch::Book& book = round.book;
  const CommunityId& community = book.registry->community().id;
  const notify::Receiver to = receiver(book, parcel.person);
  const bool technical = dispatch::is_technical(parcel.items.front().letter);
  const IncidentId first = technical ? IncidentId() : parcel.items.front().incident;
  const auto path_to = [&](const IncidentId& incident) {
    return config_->web.public_url +
           pages_.path({.community = community, .incident = incident, .person = parcel.person});
  };
  const std::string link = technical ? std::string() : path_to(first);
  const auto link_of = [&](const IncidentId& incident) {
    return incident == first ? link : path_to(incident);
  };
  notify::Text text = technical
                          ? words_->write_technical(parcel, book, to, round.now)
                          : words_->write(
                                parcel, [&](const IncidentId& id) { return round.scenes.find(id); },
                                to, round.now, round.common);
  Written written{.message = {.key = parcel.key,
                              .attempt = parcel.attempts,
                              .community = community,
                              .person = parcel.person,
                              .roles = parcel.items.front().roles,
                              .incident = first,
                              .address = parcel.route[parcel.leg].address,
                              .title = std::move(text.title),
                              .body = notify::with_links(text.body, first, link_of),
                              .link = link,
                              .language = to.language,
                              .urgency = parcel.urgency,
                              .letter = parcel.items.front().letter,
                              .critical = parcel.critical,
                              .repeat = parcel.maybe_repeated,
                              .expires_at = parcel.expires_at},
                  .body_kept = std::move(text.body)};
  return written;
}

}  // namespace shouwang::app
