// The gateway's commit: what has changed, in one transaction.

#include <algorithm>

#include "app/estate.h"
#include "base/planted.h"

namespace shouwang::app {
namespace {

using dispatch::Parcel;

constexpr Millis kSaveAgain{1'000};  // A failed save is tried again that soon.
// What the store puts off is done in a pause of that length, at the latest after the second, and
// a part of it at a time.
constexpr Millis kPause{10};
constexpr Millis kBehindMost{1'000};
constexpr Millis kNextPart{2};

}  // namespace

struct Gateway::SeenPart {
  std::vector<store::Batch> batches;
  std::vector<Estate::Seen*> devices;  // Those in the batches, in order.
  std::pair<CommunityId, std::size_t> next;
};

bool Gateway::save(Instant now, bool busy) {
  // A disk that is full for hours leaves much to be gathered each time.
  const bool gives_up = planted::is(planted::Bug::give_up_saving);
  if (store_trouble_ && (gives_up || now < save_again_at_)) return false;
  std::vector<store::Batch> batches;
  for (auto& [id, each] : estates_) {
    for (ParcelKey& key : each->book.outbox.take_changed()) each->parcels.insert(std::move(key));
    if (each->has_changes()) batches.push_back(batch_of(*each, now));
  }
  // What could not be saved is tried again, whatever it was.
  const bool with_seen = flushing_ || store_trouble_ || (now >= seen_at_ && !busy);
  SeenPart seen;
  if (with_seen) seen = next_seen(now, flushing_ ? SIZE_MAX : kSeenAtOnce);
  std::ranges::move(seen.batches, std::back_inserter(batches));
  const bool nothing = batches.empty();
  const auto saved = nothing ? Result<Done>(Done{}) : parts_.store.save(std::move(batches));
  if (with_seen && saved) note_seen_saved(seen, now);
  if (busy && now >= seen_at_) seen_at_ = now + kSeenNext;
  if (nothing) {
    save_again_at_ = now + kSaveAgain;
    return !store_trouble_;
  }
  if (saved) {
    for (auto& [id, each] : estates_) {
      std::ranges::move(each->journal, std::back_inserter(to_tell_));
      forget_changes(*each);
    }
  }
  note_save(saved, now);
  return saved.has_value();
}

// Of so many devices that an alarm which comes meanwhile does not wait for long.
Gateway::SeenPart Gateway::next_seen(Instant now, std::size_t most) {
  SeenPart part;
  std::size_t device = seen_from_.second;
  for (auto at = estates_.lower_bound(seen_from_.first); at != estates_.end(); ++at) {
    Estate& estate = *at->second;
    if (estate.is_rehearsal) continue;
    if (estate.id != seen_from_.first) device = 0;
    store::Batch* batch = nullptr;
    const auto& devices = estate.book.registry->community().devices;
    for (; device < devices.size(); ++device) {
      Estate::Seen& seen = estate.seen[device];
      if (seen.messages == 0) continue;
      if (part.devices.size() == most) {
        part.next = {estate.id, device};
        return part;
      }
      if (batch == nullptr) {
        batch = &part.batches.emplace_back(store::Batch{.community = estate.id, .at = now});
      }
      part.devices.push_back(&seen);
      batch->seen.push_back({devices[device].id, seen.at, seen.messages});
    }
  }
  return part;
}

void Gateway::note_seen_saved(const SeenPart& part, Instant now) {
  for (Estate::Seen* seen : part.devices) seen->messages = 0;
  seen_from_ = part.next;
  seen_at_ = now + (part.next.first.empty() ? kSeenFlush : kSeenNext);
}

void Gateway::note_save(const Result<Done>& saved, Instant now) {
  ++counters_.saves;
  const bool was_well = !store_trouble_;
  if (saved) {
    store_trouble_.reset();
    if (!catch_up_at_) behind_since_ = now;
    catch_up_at_ = std::min(now + kPause, behind_since_ + kBehindMost);
  } else {
    ++counters_.failed_saves;
    if (was_well) store_trouble_ = StoreTrouble{.since = now, .what = ""};
    store_trouble_->what = saved.error().what;
    save_again_at_ = now + kSaveAgain;
  }
  if (was_well != saved.has_value() && parts_.listeners.store_health) {
    parts_.listeners.store_health();
  }
}

bool Gateway::has_changes() const {
  return std::ranges::any_of(estates_, [](const auto& each) { return each.second->has_changes(); });
}

// At the end of a turn: no alarm waits for it but one that comes in these milliseconds.
void Gateway::catch_up(Instant now) {
  if (!catch_up_at_ || now < *catch_up_at_) return;
  const auto more = parts_.store.catch_up();
  if (!more) {
    note_save(tl::unexpected(more.error()), now);
    catch_up_at_ = save_again_at_;
    return;
  }
  if (store_trouble_ && !has_changes()) note_save(Done{}, now);
  catch_up_at_.reset();
  if (*more) catch_up_at_ = now + kNextPart;
}

store::Batch Gateway::batch_of(const Estate& estate, Instant now) {
  const dispatch::Book& book = estate.book;
  store::Batch batch{.community = estate.id,
                     .at = now,
                     .facts = estate.facts,
                     .journal = estate.journal,
                     .raw = estate.raw};
  batch.files.reserve(estate.files.size());
  for (const IncidentId& incident : estate.files) {
    if (const auto* file = book.find(incident)) batch.files.push_back(*file);
  }
  batch.parcels.reserve(estate.parcels.size());
  for (const ParcelKey& key : estate.parcels) {
    if (const Parcel* parcel = book.outbox.find(key)) batch.parcels.push_back(*parcel);
  }
  for (const DeviceId& device : estate.devices) batch.devices.push_back(book.devices.at(device));
  for (const auto& [key, matter] : estate.matters) batch.matters.push_back(matter);
  if (estate.is_rehearsal) add_rehearsed(estate, batch);
  return batch;
}

void Gateway::add_rehearsed(const Estate& estate, store::Batch& batch) {
  if (planted::is(planted::Bug::rehearsed_for_ever)) return;
  std::ranges::copy_if(estate.rehearsed, std::back_inserter(batch.forgotten),
                       [&](const IncidentId& id) { return estate.book.find(id) == nullptr; });
}

void Gateway::forget_changes(Estate& saved) {
  std::erase_if(saved.rehearsed,
                [&](const IncidentId& id) { return saved.book.find(id) == nullptr; });
  for (const IncidentId& incident : saved.files) {
    const auto file = saved.book.files.find(incident);
    if (file != saved.book.files.end()) ++file->second.version;
  }
  saved.files.clear();
  saved.parcels.clear();
  saved.devices.clear();
  saved.matters.clear();
  saved.facts.clear();
  saved.journal.clear();
  saved.raw.clear();
  if (!planted::is(planted::Bug::keep_finished)) saved.book.outbox.sweep();
}

}  // namespace shouwang::app
