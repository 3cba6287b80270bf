// A turn of the loop as one row: what was saved and is not yet in the tables. Inside store/ only.
//
// Form, in netstrings (netstring.h), nested:
//
//   turn     "1", then each batch
//   batch    lines, community, time, files, parcels, devices, matters, facts, raw, forgotten
//   line     its canonical form with the number 0 (chain.h)
//   file     version, ladder's number, JSON (codec.h)
//   parcel   title, body, n, JSON without the first n items: those are the ones that it had when it
//            was last saved. A parcel that grows with each alarm of a storm is not written anew
//            each time.
//   device, matter, fact     JSON
//   raw      time, device, topic, payload, problem
//   forgotten                id
//
// Times are milliseconds since 1970 UTC. Beats (Batch::seen) are not among it: they are never
// saved in haste. A row seldom lives for longer than a second, but it may have to be read by the
// next release: what changes the form needs the next version, and a reader for this one.
//
// Pure functions.

#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace shouwang::store {

// How many of a parcel's items are, in their order, the first that it had when it was last saved.
using ItemsKnown = std::function<std::size_t(const dispatch::Parcel&)>;

// The batches are as before when it returns.
// REQUIRES: no batch has `seen`; `ladders`, one number for each file of all batches, in order.
std::string encode_turn(std::span<Batch> batches, std::span<const std::int64_t> ladders,
                        const ItemsKnown& items_known);

// What a turn refers to.
struct TurnSources {
  std::function<Result<escalation::Ladder>(std::int64_t number)> ladder;
  std::function<Result<dispatch::Parcel>(const ParcelKey&)> parcel;  // As it was last saved.
};

// Errors: corrupt; those of `sources`.
Result<std::vector<Batch>> decode_turn(std::string_view text, const TurnSources& sources);

// Only the lines for the journal. Errors: corrupt.
Result<std::vector<dispatch::JournalEntry>> lines_of_turn(std::string_view text);

}  // namespace shouwang::store
