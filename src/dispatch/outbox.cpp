#include <algorithm>
#include <bit>
#include <iterator>

#include "base/check.h"
#include "base/planted.h"
#include "base/utf8.h"
#include "dispatch/parcel.h"

namespace shouwang::dispatch {
namespace {

constexpr int kLateRound = 30;  // Long enough doubled to mean Patience::last_round.
constexpr int kTriesRemembered = 16;

// How far along a reach is; `failed` is the least, so that later good news betters it.
int depth(Reach reach) { return reach == Reach::failed ? -1 : static_cast<int>(reach); }

// The channel of try number `attempt`; of one too long ago, the channel of the current leg.
const std::string& channel_of_try(const Parcel& parcel, int attempt) {
  const int back = parcel.attempts - attempt;
  if (back < 0 || back >= kTriesRemembered) return parcel.channel();
  const auto leg = static_cast<std::size_t>(parcel.legs_tried >> (4 * back) & 0xFU);
  return leg < parcel.route.size() ? parcel.route[leg].channel : parcel.channel();
}

void better(Parcel& parcel, Reach reach, int attempt, Instant now) {
  if (depth(reach) <= depth(parcel.reach)) return;
  parcel.reach = reach;
  parcel.reach_by = channel_of_try(parcel, attempt);
  parcel.reach_at = now;
}

Millis doubled(Millis first, int times, Millis most) {
  for (; times > 0 && first < most; --times) first *= 2;
  return std::min(first, most);
}

}  // namespace

void Outbox::add(Parcel parcel) {
  CHECK(!broken_rule(parcel));
  CHECK(parcel.state == Parcel::State::waiting);
  insert(std::move(parcel));
}

void Outbox::restore(Parcel parcel, Instant now) {
  CHECK(!broken_rule(parcel));
  const Parcel saved = parcel;
  if (parcel.state == Parcel::State::sending) {
    parcel.maybe_repeated = !planted::is(planted::Bug::unmarked_repeat);
    wait_until(parcel, now);
  }
  // The phone may have it: its receipt may have come and gone while nobody listened.
  if (parcel.state == Parcel::State::awaiting) parcel.maybe_repeated = true;
  if (parcel.state == Parcel::State::waiting) parcel.leg_since = std::max(parcel.leg_since, now);
  const bool changed = parcel != saved;
  insert(std::move(parcel));
  if (!changed) changed_.erase(saved.key);
}

void Outbox::insert(Parcel parcel) {
  const ParcelKey key = parcel.key;
  const auto [entry, added] = entries_.try_emplace(key);
  CHECK(added);
  entry->second.parcel = std::move(parcel);
  for (const Item& item : entry->second.parcel.items) about_[item.incident].insert(key);
  schedule(entry->second);
}

const Parcel* Outbox::find(const ParcelKey& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second.parcel;
}

std::vector<ParcelKey> Outbox::concerning(const IncidentId& incident) const {
  std::vector<ParcelKey> keys;
  const auto about = about_.find(incident);
  if (about == about_.end()) return keys;
  for (const ParcelKey& key : about->second) {
    if (entries_.at(key).parcel.is_live()) keys.push_back(key);
  }
  return keys;
}

void Outbox::merge_item(Parcel& parcel, const Item& item) {
  const auto same = std::ranges::find_if(
      parcel.items, [&](const Item& i) { return i.incident == item.incident; });
  if (same == parcel.items.end()) {
    parcel.items.push_back(item);
    return;
  }
  same->roles = same->roles | item.roles;
  if (same->letter != Letter::first || item.letter == Letter::ending) same->letter = item.letter;
}

bool Outbox::merge(const ParcelKey& key, const Parcel& more, Instant now) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return false;
  Parcel& parcel = found->second.parcel;
  CHECK(parcel.person == more.person);
  if (parcel.state != Parcel::State::waiting || parcel.attempts > 0 || parcel.not_before <= now) {
    return false;
  }
  unschedule(found->second);
  for (const Item& item : more.items) {
    merge_item(parcel, item);
    about_[item.incident].insert(key);
  }
  if (more.urgency < parcel.urgency) parcel.route = more.route;
  parcel.urgency = std::min(parcel.urgency, more.urgency);
  parcel.critical = parcel.critical || more.critical;
  parcel.expires_at = std::max(parcel.expires_at, more.expires_at);
  schedule(found->second);
  return true;
}

bool Outbox::withdraw(const ParcelKey& key, const IncidentId& incident) {
  const auto found = entries_.find(key);
  if (found == entries_.end() || !found->second.parcel.is_live()) return false;
  Parcel& parcel = found->second.parcel;
  unschedule(found->second);
  std::vector<Item> rest;
  std::ranges::copy_if(parcel.items, std::back_inserter(rest),
                       [&](const Item& item) { return item.incident != incident; });
  const bool nothing_left = rest.empty();
  if (nothing_left) {
    parcel.state = Parcel::State::withdrawn;
  } else {
    parcel.items = std::move(rest);
    forget_about(incident, key);
  }
  schedule(found->second);
  return nothing_left;
}

void Outbox::expire(const ParcelKey& key, Instant now) {
  const auto found = entries_.find(key);
  if (found == entries_.end() || !found->second.parcel.is_live()) return;
  unschedule(found->second);
  Parcel& parcel = found->second.parcel;
  parcel.expires_at = std::min(parcel.expires_at, now);
  schedule(found->second);
}

void Outbox::add_roles(const IncidentId& incident, const PersonId& person, household::Roles roles) {
  for (const ParcelKey& key : concerning(incident)) {
    Parcel& parcel = entries_.at(key).parcel;
    if (parcel.person != person || parcel.attempts > 0) continue;
    for (Item& item : parcel.items) {
      if (item.incident != incident || (item.roles | roles) == item.roles) continue;
      item.roles = item.roles | roles;
      changed_.insert(key);
    }
  }
}

void Outbox::set_text(const ParcelKey& key, std::string title, std::string body) {
  const auto found = entries_.find(key);
  CHECK(found != entries_.end());
  found->second.parcel.title = std::move(title);
  found->second.parcel.body = std::move(body);
  changed_.insert(key);
}

std::vector<ParcelKey> Outbox::take(const std::string& channel, std::size_t most, Urgency least,
                                    Instant now) {
  std::vector<ParcelKey> taken;
  auto& queue = ready_[channel];
  for (auto next = queue.begin(); next != queue.end() && taken.size() < most;) {
    if (std::get<Urgency>(*next) > least) break;
    Entry& entry = entries_.at(std::get<ParcelKey>(*next));
    ++next;
    if (now >= entry.parcel.expires_at) continue;  // advance() puts it away.
    unschedule(entry);
    start_try(entry.parcel, now);
    schedule(entry);
    taken.push_back(entry.parcel.key);
  }
  return taken;
}

void Outbox::start_try(Parcel& parcel, Instant now) const {
  // What may wait for its channel is patient from when the channel takes it.
  if (!is_pressing(parcel) && parcel.leg_attempts == 0) parcel.leg_since = now;
  parcel.state = Parcel::State::sending;
  ++parcel.attempts;
  ++parcel.leg_attempts;
  parcel.legs_tried = parcel.legs_tried << 4 | parcel.leg;
  parcel.next_at = now + patience_.leg;
  if (is_pressing(parcel)) {
    parcel.next_at = std::min(parcel.next_at, std::max(now, parcel.leg_since + patience_.leg));
  }
  better(parcel, Reach::sent, parcel.attempts, now);
}

std::optional<Moved> Outbox::report(const ParcelKey& key, int attempt, const Receipt& receipt,
                                    Instant now) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  Entry& entry = found->second;
  Parcel& parcel = entry.parcel;
  const bool sending = parcel.state == Parcel::State::sending;
  const bool current =
      parcel.attempts == attempt && (sending || parcel.state == Parcel::State::awaiting);
  unschedule(entry);
  Moved moved{.key = key};
  switch (receipt.kind) {
    case Receipt::Kind::accepted:
      better(parcel, Reach::accepted, attempt, now);
      if (parcel.is_live()) parcel.state = Parcel::State::done;
      break;
    case Receipt::Kind::awaiting:
      better(parcel, Reach::accepted, attempt, now);
      if (current && sending) {
        parcel.state = Parcel::State::awaiting;
        parcel.next_at = now + patience_.receipt;
      }
      break;
    case Receipt::Kind::on_phone:
    case Receipt::Kind::opened:
      better(parcel, receipt.kind == Receipt::Kind::opened ? Reach::opened : Reach::on_phone,
             attempt, now);
      if (parcel.is_live()) parcel.state = Parcel::State::done;
      break;
    case Receipt::Kind::retry:
    case Receipt::Kind::never:
      if (current) moved = try_later(parcel, receipt, now);
      break;
  }
  schedule(entry);
  return moved;
}

std::vector<Moved> Outbox::advance(Instant now) {
  std::vector<Moved> moved;
  while (!timers_.empty() && timers_.begin()->first <= now) {
    Entry& entry = entries_.at(timers_.begin()->second);
    unschedule(entry);
    const bool becomes_ready = entry.parcel.state == Parcel::State::waiting && !entry.ready &&
                               entry.parcel.next_at <= now && now < entry.parcel.expires_at;
    if (becomes_ready) {
      entry.ready = true;
      // A turn that comes late, because nobody looked, is still a whole turn.
      Instant& since = entry.parcel.leg_since;
      if (entry.parcel.leg_attempts == 0) since = std::max(since, now);
    } else {
      moved.push_back(run_out(entry, now));
    }
    schedule(entry);
  }
  return moved;
}

std::optional<Instant> Outbox::next_due() const {
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->first;
}

bool Outbox::has_ready(const std::string& channel) const {
  const auto found = ready_.find(channel);
  return found != ready_.end() && !found->second.empty();
}

std::vector<ParcelKey> Outbox::take_changed() {
  std::vector<ParcelKey> keys(changed_.begin(), changed_.end());
  changed_.clear();
  return keys;
}

void Outbox::sweep() {
  std::erase_if(finished_, [&](const ParcelKey& key) {
    if (changed_.contains(key)) return false;
    const auto entry = entries_.find(key);
    for (const Item& item : entry->second.parcel.items) forget_about(item.incident, key);
    entries_.erase(entry);
    return true;
  });
}

void Outbox::forget_about(const IncidentId& incident, const ParcelKey& key) {
  const auto about = about_.find(incident);
  if (about == about_.end()) return;
  about->second.erase(key);
  if (about->second.empty()) about_.erase(about);
}

Outbox::Ready Outbox::rank(const Parcel& parcel) {
  return {parcel.urgency, !parcel.critical, parcel.created_at, parcel.key};
}

// An alarm with another way to go does not wait for a stuck one.
bool Outbox::is_pressing(const Parcel& parcel) const {
  if (parcel.urgency > Urgency::again) return false;
  for (std::size_t next = parcel.leg + 1; next < parcel.route.size(); ++next) {
    if ((parcel.dead_legs >> next & 1U) == 0) return true;
  }
  return false;
}

void Outbox::schedule(Entry& entry) {
  Parcel& parcel = entry.parcel;
  changed_.insert(parcel.key);
  if (parcel.state != Parcel::State::waiting) entry.ready = false;
  if (!parcel.is_live()) {
    finished_.insert(parcel.key);
    return;
  }
  if (entry.ready) {
    ready_[parcel.channel()].insert(rank(parcel));
    entry.timer = is_pressing(parcel)
                      ? std::min(parcel.leg_since + patience_.leg, parcel.expires_at)
                      : parcel.expires_at;
  } else {
    entry.timer = parcel.next_at;
  }
  timers_.emplace(*entry.timer, parcel.key);
}

void Outbox::unschedule(Entry& entry) {
  if (entry.timer) timers_.erase({*entry.timer, entry.parcel.key});
  entry.timer.reset();
  if (entry.ready) ready_[entry.parcel.channel()].erase(rank(entry.parcel));
}

void Outbox::wait_until(Parcel& parcel, Instant at) {
  parcel.state = Parcel::State::waiting;
  parcel.next_at = at;
}

Moved Outbox::next_leg(Parcel& parcel, Instant now) {
  Moved moved{.key = parcel.key};
  parcel.leg_attempts = 0;
  for (std::size_t next = parcel.leg + 1; next < parcel.route.size(); ++next) {
    if ((parcel.dead_legs >> next & 1U) != 0) continue;
    parcel.leg = next;
    parcel.leg_since = now;
    wait_until(parcel, now);
    return moved;
  }
  moved.exhausted = parcel.round == 0;
  if (depth(parcel.reach) <= depth(Reach::sent)) {
    parcel.reach = Reach::failed;
    parcel.reach_by = parcel.channel();
    parcel.reach_at = now;
  }
  // A way that answered `never` is skipped in later rounds, unless that leaves none: a provider
  // that refuses everything today may be put right within the hour.
  const auto living = static_cast<std::size_t>(std::countr_one(parcel.dead_legs));
  const bool all_dead = living >= parcel.route.size();
  const int round = all_dead ? kLateRound : parcel.round;
  const Instant again = now + doubled(patience_.first_round, round, patience_.last_round);
  ++parcel.round;
  if (again >= parcel.expires_at) {
    parcel.state = Parcel::State::failed;
    return moved;
  }
  if (all_dead) parcel.dead_legs = 0;
  parcel.leg = all_dead ? 0 : living;
  parcel.leg_since = again;
  wait_until(parcel, again);
  return moved;
}

Moved Outbox::try_later(Parcel& parcel, const Receipt& receipt, Instant now) {
  parcel.error = std::string(first_characters(receipt.error, 200));
  parcel.maybe_repeated |= receipt.maybe_arrived;
  if (receipt.kind == Receipt::Kind::never) {
    parcel.dead_legs |= 1U << parcel.leg;
    return next_leg(parcel, now);
  }
  // A connection that breaks is the first thing that is made anew: once, without a pause.
  const Millis backoff =
      receipt.maybe_arrived && parcel.leg_attempts == 1
          ? Millis{0}
          : doubled(patience_.first_retry, parcel.leg_attempts - 1, patience_.leg);
  const Instant again = now + std::max(backoff, receipt.retry_after);
  if (again >= parcel.leg_since + patience_.leg) return next_leg(parcel, now);
  wait_until(parcel, again);
  return {.key = parcel.key};
}

Moved Outbox::run_out(Entry& entry, Instant now) {
  Parcel& parcel = entry.parcel;
  entry.ready = false;
  if (now >= parcel.expires_at && parcel.state != Parcel::State::awaiting) {
    parcel.state = Parcel::State::failed;
    parcel.error = "too late to be of use";
    if (depth(parcel.reach) <= depth(Reach::sent)) parcel.reach = Reach::failed;
    return {.key = parcel.key};
  }
  switch (parcel.state) {
    case Parcel::State::waiting:
      parcel.error = "the channel did not take it in time";
      return next_leg(parcel, now);
    case Parcel::State::sending:
      parcel.error = "the channel did not answer in time";
      parcel.maybe_repeated = true;
      return next_leg(parcel, now);
    case Parcel::State::awaiting:
      if (parcel.urgency <= Urgency::again) {
        parcel.error = "no receipt from the phone in time";
        return next_leg(parcel, now);
      }
      parcel.state = Parcel::State::done;
      return {.key = parcel.key};
    case Parcel::State::done:
    case Parcel::State::failed:
    case Parcel::State::withdrawn: break;
  }
  return {.key = parcel.key};
}

}  // namespace shouwang::dispatch
