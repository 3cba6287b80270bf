// Any text in the place of one ledger: the old records stay, or the new ones fit together.
//
//   first line: which ledger, "!" after it accepts a partial import; the rest: what stands in it

#include <array>

#include "base/utf8.h"
#include "config/ledger.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/config/directory.h"

namespace shouwang::fuzz {
namespace {

constexpr std::array kLedgers = {
    "households.csv", "residents.csv",  "persons.csv",   "contacts.csv", "holders.csv",
    "rota.csv",       "guarantors.csv", "equipment.csv", "facts.csv",    "devices.csv"};

struct Office {
  Office() : config(*config::load(config::kData / "config/sound")) {}
  config::Config config;
  config::Directory ledgers{config::kData / "ledgers/sound"};
};

void try_it(std::string_view text) {
  static const Office office;
  std::string name(take_line(text));
  const bool partial = !name.empty() && name.back() == '!';
  if (partial) name.pop_back();
  for (const char* ledger : kLedgers) {
    if (name != ledger) continue;
    const auto path = office.ledgers.path() / ledger;
    const bool was_there = std::filesystem::exists(path);
    const std::string sound = was_there ? config::read_file(path) : "";
    office.ledgers.write(ledger, std::string(text));
    const household::Records nobody;
    const config::Import import = config::import_ledgers(
        office.ledgers.path(),
        {.config = office.config, .community = office.config.communities[0], .current = nobody},
        {.now = Instant{Millis{1'768'502'400'000}}, .accept_partial = partial});
    if (was_there) {
      office.ledgers.write(ledger, sound);
    } else {
      std::filesystem::remove(path);
    }
    for (const config::Fault& fault : import.faults) MUST(is_utf8(fault.what));
    if (!import.is_accepted) {
      MUST(!import.faults.empty());
      MUST(import.records == nobody);
    } else {
      MUST(partial || import.faults.empty());
      const auto& estate = office.config.communities[0].estate;
      MUST(household::check(estate, import.records).empty());
    }
  }
}

}  // namespace
}  // namespace shouwang::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shouwang::fuzz::try_it(shouwang::fuzz::text_of(data, size));
  return 0;
}
