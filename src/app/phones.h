// Enrolled phones, and the messages that lie on their owners' pages.
//
// The inbox channel leaves messages here; the web server shows them and confirms them.

#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "notify/inbox/inbox_port.h"
#include "store/records.h"
#include "web/desk.h"

namespace shouwang::app {

// How long a code may be good: so long is remembered of a dropped phone that its code was used.
inline constexpr Millis kCodeLifeMax{std::chrono::hours{48}};

class Phones final : public notify::InboxPort {
 public:
  using Owner = std::pair<CommunityId, PersonId>;

  // key: 32 bytes, for enrolling codes. Errors of the store are those of its calls.
  Phones(Clock& clock, store::AccessStore& store, std::string key);
  Result<Done> load();

  // A code for the person's phone, good for `life`, once. REQUIRES: life <= kCodeLifeMax.
  std::string enrol_code(const CommunityId& community, const PersonId& person, Millis life);
  // The secret for the phone's cookie. Errors: invalid (unknown, expired, used), those of the
  // store.
  Result<std::string> enrol(std::string_view code);
  std::optional<Owner> owner(std::string_view secret) const;
  std::vector<store::Phone> list() const;
  // Its secret opens nothing any more, and the code it was enrolled with stays used.
  // Errors: not_found, those of the store.
  Result<Done> drop(const std::string& id);

  // How the open pages of a person hear of a message; set once. Returns whether any is open.
  using Deliver = std::function<bool(const notify::InboxMessage&)>;
  void set_deliver(Deliver deliver) { deliver_ = std::move(deliver); }
  Looking deliver(const notify::InboxMessage& message) override;

  // The newest message about each incident that the person has not confirmed, by incident.
  std::map<IncidentId, notify::InboxMessage> waiting(const Owner& owner) const;
  // The page has shown it.
  void confirmed(const CommunityId& community, const ParcelKey& key);

 private:
  Clock& clock_;
  store::AccessStore& store_;
  std::string key_;
  std::map<std::string, store::Phone> phones_;    // By id; dropped ones without a secret.
  std::map<std::string, std::string> by_secret_;  // Hash of the secret -> id.
  std::map<Owner, int> owners_;                   // Phones of each.
  std::map<Owner, std::map<IncidentId, notify::InboxMessage>> waiting_;
  Deliver deliver_;
};

}  // namespace shouwang::app
