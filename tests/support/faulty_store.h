// A store that fails when it is told to: for the simulator and for whoever must live with it.
//
//   FaultyStore store(inner, FaultyStore::nth(3, Error::Code::disk_full));
//
// A call that fails has done nothing, as the contract of Store demands.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "store/store.h"

namespace shouwang::testing {

class FaultyStore final : public store::Store {
 public:
  // Asked before each call: its number (1, 2, 3, ...) and its name ("save"). An error: the call
  // fails with it.
  using Fate = std::function<std::optional<Error>(std::uint64_t call, std::string_view name)>;

  FaultyStore(store::Store& inner, Fate fate) : inner_(inner), fate_(std::move(fate)) {}

  // The n-th call fails, every other one goes through.
  static Fate nth(std::uint64_t n, Error::Code code) {
    return [n, code](std::uint64_t call, std::string_view name) -> std::optional<Error> {
      if (call != n) return std::nullopt;
      return Error{code, std::string(name) + " was made to fail"};
    };
  }
  static Fate never() {
    return [](std::uint64_t, std::string_view) { return std::nullopt; };
  }

  // Sees what is handed to save(), before its fate is asked.
  std::function<void(std::span<const store::Batch>)> on_save;

  void set_fate(Fate fate) { fate_ = std::move(fate); }
  std::uint64_t calls() const { return calls_; }
  std::uint64_t failures() const { return failures_; }

  Result<Done> save(std::vector<store::Batch> batches) override {
    if (on_save) on_save(batches);
    TRY_DONE(permit("save"));
    return inner_.save(std::move(batches));
  }
  Result<bool> catch_up() override {
    TRY_DONE(permit("catch_up"));
    return inner_.catch_up();
  }
  Result<dispatch::Memory> recall(const CommunityId& community, Instant closed_since) override {
    TRY_DONE(permit("recall"));
    return inner_.recall(community, closed_since);
  }
  Result<dispatch::File> file(const IncidentId& id) override {
    TRY_DONE(permit("file"));
    return inner_.file(id);
  }
  Result<std::vector<store::JournalLine>> journal(const store::JournalQuery& query) override {
    TRY_DONE(permit("journal"));
    return inner_.journal(query);
  }
  Result<store::ChainCheck> check_journal() override {
    TRY_DONE(permit("check_journal"));
    return inner_.check_journal();
  }
  Result<bool> compact(Instant over_before) override {
    TRY_DONE(permit("compact"));
    return inner_.compact(over_before);
  }
  Result<Done> copy_to(const std::string& path) override {
    TRY_DONE(permit("copy_to"));
    return inner_.copy_to(path);
  }

 private:
  Result<Done> permit(std::string_view name) {
    auto error = fate_(++calls_, name);
    if (!error) return Done{};
    ++failures_;
    return tl::unexpected(std::move(*error));
  }

  store::Store& inner_;
  Fate fate_;
  std::uint64_t calls_ = 0;
  std::uint64_t failures_ = 0;
};

}  // namespace shouwang::testing
