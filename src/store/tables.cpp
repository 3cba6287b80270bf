#include "store/tables.h"

#include <algorithm>
#include <boost/pfr/tuple_size.hpp>
#include <string_view>
#include <unordered_map>

namespace shouwang::store {
namespace {

// A new part of a batch, or of what a restart needs, must be saved here and recalled.
static_assert(boost::pfr::tuple_size_v<Batch> == 11);

// Whether a line of the journal says when the turn was.
bool is_dated(const Batch& batch) {
  return batch.at == Instant{} || std::ranges::any_of(batch.journal, [&](const auto& entry) {
           return entry.at >= batch.at;
         });
}

}  // namespace

// The last state of each incident and parcel.
class Tables::Newest {
 public:
  explicit Newest(const std::vector<const Batch*>& batches) {
    for (const Batch* batch : batches) {
      for (const auto& file : batch->files) last_[file.incident.id.str()] = &file;
      for (const auto& parcel : batch->parcels) last_[parcel.key.str()] = &parcel;
    }
  }
  bool has(const dispatch::File& file) const { return last_.at(file.incident.id.str()) == &file; }
  bool has(const dispatch::Parcel& parcel) const { return last_.at(parcel.key.str()) == &parcel; }

 private:
  std::unordered_map<std::string_view, const void*> last_;
};

Result<Done> Tables::write(const std::vector<const Batch*>& batches) {
  const Newest newest(batches);
  for (const Batch* batch : batches) TRY_DONE(write(*batch, newest));
  return Done{};
}

Result<Done> Tables::write(const Batch& batch, const Newest& newest) {
  for (const auto& file : batch.files) {
    if (newest.has(file)) TRY_DONE(files.put(file));
  }
  for (const auto& parcel : batch.parcels) {
    if (newest.has(parcel)) parcels.put(batch.community, parcel);
    parcels.link(parcel);
  }
  for (const auto& memory : batch.devices) devices.save(batch.community, memory);
  for (const auto& matter : batch.matters) devices.save(batch.community, matter);
  for (const auto& fact : batch.facts) devices.save(batch.community, fact);
  for (const auto& message : batch.raw) wire.save(batch.community, message);
  for (const auto& seen : batch.seen) wire.save(batch.community, seen);
  for (const auto& entry : batch.journal) journal.append(entry);
  for (const auto& incident : batch.forgotten) {
    parcels.drop(incident);
    files.drop(incident);
  }
  if (!batch.is_empty() && !is_dated(batch)) wire.save_turn(batch.at);
  return Done{};
}

void Tables::settle() {
  files.settle();
  parcels.settle();
  journal.settle();
}

void Tables::forget() {
  files.forget();
  parcels.forget();
  wire.forget();
  journal.forget();
}

}  // namespace shouwang::store
