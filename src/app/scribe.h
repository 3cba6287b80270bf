// Turns parcels into messages: words from the catalogue, links to pages, everything a channel
// needs.

#pragma once

#include <map>
#include <memory>
#include <string>

#include "app/gateway.h"
#include "app/pages.h"
#include "config/config.h"
#include "notify/words.h"

namespace shouwang::app {

class Scribe final : public Writer {
 public:
  // `pages` must outlive the scribe. public_url: what links begin with.
  Scribe(const Pages& pages, std::shared_ptr<const config::Config> config);

  // From the next parcel on.
  void use(std::shared_ptr<const config::Config> config);

  std::vector<Written> write(const dispatch::Book& book,
                             const std::vector<const dispatch::Parcel*>& parcels,
                             Instant now) override;

  // The title and body that `person` would be sent about `incident` now: for their own page.
  notify::Text about(const dispatch::Book& book, const IncidentId& incident, const PersonId& person,
                     Instant now) const;
  std::string language_of(const dispatch::Book& book, const PersonId& person) const;

 private:
  notify::Receiver receiver(const dispatch::Book& book, const PersonId& person) const;
  // One call of write().
  struct Round {
    const dispatch::Book& book;
    Instant now;
    notify::Scenes scenes;
    notify::CommonWords common;
  };
  Written one(Round& round, const dispatch::Parcel& parcel) const;

  const Pages& pages_;
  std::shared_ptr<const config::Config> config_;
  std::unique_ptr<notify::Words> words_;
  std::map<CommunityId, const config::Community*> communities_;
  std::map<std::string, Zone> zones_;  // Of people who live elsewhere.
};

}  // namespace shouwang::app
