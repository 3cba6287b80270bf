#include "app/phones.h"

#include "app/pages.h"
#include "base/check.h"

namespace shouwang::app {
namespace {

constexpr std::size_t kWaitingMax = 100;  // Incidents of one person; beyond, the oldest goes.

bool is_dropped(const store::Phone& phone) { return phone.secret_hash.empty(); }

}  // namespace

Phones::Phones(Clock& clock, store::AccessStore& store, std::string key)
    : clock_(clock), store_(store), key_(std::move(key)) {}

Result<Done> Phones::load() {
  TRY(phones, store_.phones());
  phones_.clear();
  by_secret_.clear();
  owners_.clear();
  for (store::Phone& phone : phones) {
    if (is_dropped(phone)) {
      if (clock_.now() - phone.enrolled_at > kCodeLifeMax) TRY_DONE(store_.drop_phone(phone.id));
      phones_.emplace(phone.id, std::move(phone));
      continue;
    }
    by_secret_[phone.secret_hash] = phone.id;
    ++owners_[{phone.community, phone.person}];
    phones_.emplace(phone.id, std::move(phone));
  }
  return Done{};
}

std::string Phones::enrol_code(const CommunityId& community, const PersonId& person, Millis life) {
  CHECK(life <= kCodeLifeMax);
  return seal_enrol_code(key_, community, person, clock_.now() + life);
}

Result<std::string> Phones::enrol(std::string_view code) {
  const auto opened = open_enrol_code(key_, code, clock_.now());
  if (!opened || phones_.contains(opened->id)) {
    return fail(Error::Code::invalid, "the code is unknown, has expired or was used before");
  }
  const std::string secret = new_secret();
  const store::Phone phone{.id = opened->id,
                           .community = opened->community,
                           .person = opened->person,
                           .secret_hash = hash_of_secret(secret),
                           .enrolled_at = clock_.now()};
  TRY_DONE(store_.put_phone(phone));
  TRY_DONE(load());
  return secret;
}

std::optional<Phones::Owner> Phones::owner(std::string_view secret) const {
  const auto id = by_secret_.find(hash_of_secret(secret));
  if (id == by_secret_.end()) return std::nullopt;
  const store::Phone& phone = phones_.at(id->second);
  return Owner{phone.community, phone.person};
}

std::vector<store::Phone> Phones::list() const {
  std::vector<store::Phone> all;
  for (const auto& [id, phone] : phones_) {
    if (!is_dropped(phone)) all.push_back(phone);
  }
  return all;
}

Result<Done> Phones::drop(const std::string& id) {
  const auto found = phones_.find(id);
  if (found == phones_.end() || is_dropped(found->second)) {
    return fail(Error::Code::not_found, "no phone `" + id + "` is enrolled");
  }
  // Without the row its code would enrol a phone again: whoever has the old link could come back.
  store::Phone dropped = found->second;
  dropped.secret_hash.clear();
  TRY_DONE(store_.put_phone(dropped));
  return load();
}

notify::InboxPort::Looking Phones::deliver(const notify::InboxMessage& message) {
  const Owner owner{message.community, message.person};
  auto& waiting = waiting_[owner];
  waiting.insert_or_assign(message.incident, message);
  if (waiting.size() > kWaitingMax) waiting.erase(waiting.begin());
  if (!owners_.contains(owner)) return Looking::no_phone;
  return deliver_ && deliver_(message) ? Looking::somebody : Looking::nobody;
}

std::map<IncidentId, notify::InboxMessage> Phones::waiting(const Owner& owner) const {
  const auto found = waiting_.find(owner);
  return found == waiting_.end() ? std::map<IncidentId, notify::InboxMessage>{} : found->second;
}

void Phones::confirmed(const CommunityId& community, const ParcelKey& key) {
  for (auto& [owner, waiting] : waiting_) {
    if (owner.first != community) continue;
    std::erase_if(waiting, [&](const auto& entry) { return entry.second.key == key; });
  }
}

}  // namespace shouwang::app
