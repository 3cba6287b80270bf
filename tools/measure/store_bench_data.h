// A made-up past and made-up ledgers, the size of real ones. Ids only.

#pragma once

#include <cstdint>

#include "household/registry.h"
#include "store/store.h"

namespace shouwang::bench {

inline const CommunityId kElm{"changshan"};

// The saves of one incident from alarm to end: 12 parcels and 40 lines of the journal, with
// rounds() 112 and 240.
//
// `number` makes its ids; it was raised at `at`.
class MadeIncident {
 public:
  MadeIncident(std::uint64_t number, Instant at);

  const IncidentId& id() const { return file_.incident.id; }
  store::Batch raise();
  store::Batch deliver();
  store::Batch claim();
  // What a night in which nobody answers leaves behind: a hundred parcels more, and two lines each.
  store::Batch rounds();
  store::Batch close();
  // One more small change of an open incident: the file, one parcel, one line.
  store::Batch change();

 private:
  dispatch::Parcel parcel(int number, dispatch::Letter letter) const;
  void tell(store::Batch& batch, int first, int last, dispatch::Letter letter);
  void finish(store::Batch& batch, int first, int last, dispatch::Letter letter);
  void log(store::Batch& batch, const char* actor, const char* type,
           std::vector<std::pair<std::string, std::string>> facts);
  // Puts the file into the batch, and counts the version on as the store will.
  store::Batch done(store::Batch batch);

  Instant at_;
  Instant now_;
  dispatch::File file_;
  int changes_ = 0;
};

// Ledgers of one community: `homes` households with 2 or 3 residents each, relatives, a rota.
household::Records made_records(int homes);

}  // namespace shouwang::bench
