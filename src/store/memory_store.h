// The memory without a disk: for the simulator and for tests. Keeps the same promises as
// SqliteStore, but for surviving the process.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "store/archive.h"
#include "store/chain.h"
#include "store/records.h"
#include "store/store.h"

namespace shouwang::store {

class MemoryStore final : public Store, public RecordStore, public AccessStore, public Archive {
 public:
  struct Options {
    bool through_codec = true;  // What is kept has been encoded and decoded once.
    std::uint64_t seed = 1;     // Of secret keys.
  };

  MemoryStore() : MemoryStore(Options{}) {}
  explicit MemoryStore(const Options& options) : options_(options) {}

  // A store with the content of a file that copy_to() wrote. Errors: io, corrupt.
  static Result<std::unique_ptr<MemoryStore>> from_copy(const std::string& path);

  Result<Done> save(std::vector<Batch> batches) override;
  Result<bool> catch_up() override { return false; }
  Result<dispatch::Memory> recall(const CommunityId& community, Instant closed_since) override;
  Result<dispatch::File> file(const IncidentId& id) override;
  Result<std::vector<JournalLine>> journal(const JournalQuery& query) override;
  Result<ChainCheck> check_journal() override;
  Result<bool> compact(Instant) override { return false; }
  Result<Done> copy_to(const std::string& path) override;

  Result<household::Records> records(const CommunityId& community) override;
  Result<Done> replace_records(const CommunityId& community, const household::Records& records,
                               const dispatch::JournalEntry& entry) override;

  Result<std::vector<User>> users() override;
  Result<Done> put_user(const User& user) override;
  Result<std::vector<Phone>> phones() override;
  Result<Done> put_phone(const Phone& phone) override;
  Result<Done> drop_phone(const std::string& id) override;
  Result<std::string> secret_key(const std::string& purpose) override;

  Result<std::optional<Instant>> latest() override;
  Result<std::vector<IncidentId>> incidents(const IncidentQuery& query) override;
  Result<std::vector<dispatch::Parcel>> parcels(const IncidentId& incident) override;
  Result<std::vector<RawMessage>> raw(const CommunityId& community,
                                      const std::string& topic) override;
  Result<std::vector<LastSeen>> last_seen(const CommunityId& community) override;
  Result<std::vector<SeenDay>> seen_days(const CommunityId& community, std::chrono::sys_days first,
                                         std::chrono::sys_days last) override;

 private:
  friend class MemoryCopy;
  template <class T>
  using Of = std::map<std::pair<CommunityId, std::string>, T>;  // By community and id.

  struct State {
    std::map<IncidentId, dispatch::File> files;
    std::map<ParcelKey, std::pair<CommunityId, dispatch::Parcel>> parcels;
    std::set<std::pair<IncidentId, ParcelKey>> about;  // Ever, besides those named after it.
    Of<dispatch::DeviceMemory> devices;
    Of<dispatch::Matter> matters;
    std::vector<std::pair<CommunityId, household::DatedFact>> facts;
    std::vector<JournalLine> journal;
    ChainHead head;
    std::map<std::uint64_t, std::pair<CommunityId, RawMessage>> raw;
    std::uint64_t raw_count = 0;  // Ever.
    Of<LastSeen> seen;
    Instant latest_turn;  // 1970: of none.
    std::map<std::pair<std::chrono::sys_days, std::pair<CommunityId, std::string>>, std::uint64_t>
        days;
    std::map<CommunityId, household::Records> records;
    std::map<std::string, User> users;
    std::map<std::string, Phone> phones;
    std::map<std::string, std::string> keys;
  };

  template <class T>
  T kept(const T& value) const;
  // `before`: as it was, if it was.
  dispatch::File kept(const dispatch::File& file, const dispatch::File& before) const;
  dispatch::Parcel kept(const dispatch::Parcel& parcel) const;
  Result<Done> check_versions(std::span<const Batch> batches) const;
  void apply(const Batch& batch);
  void append(const dispatch::JournalEntry& entry);
  void drop(const IncidentId& incident);
  void keep_raw(const CommunityId& community, const RawMessage& message);
  void keep_seen(const CommunityId& community, const LastSeen& seen);

  Options options_;
  State state_;
};

}  // namespace shouwang::store
