// The tables that a turn of the loop is written into. Inside store/ only.
//
// What is written within a transaction counts only once settle() is called after the commit;
// forget() is called when it came to nothing.

#pragma once

#include <vector>

#include "store/database.h"
#include "store/device_tables.h"
#include "store/incident_tables.h"
#include "store/journal_table.h"
#include "store/parcel_table.h"
#include "store/store.h"

namespace shouwang::store {

struct Tables {
  Tables(Database& database, const JournalSizes& sizes)
      : files(database),
        parcels(database),
        devices(database),
        wire(database),
        journal(database, sizes) {}

  // Writes the rows of all batches, in their order. Of an incident or a parcel that is in several
  // only the last state is written. REQUIRES: each file has been claimed (incident_tables.h).
  Result<Done> write(const std::vector<const Batch*>& batches);
  void settle();
  void forget();

  FileTable files;
  ParcelTable parcels;
  DeviceTables devices;
  WireTables wire;
  JournalTable journal;

 private:
  class Newest;
  Result<Done> write(const Batch& batch, const Newest& newest);
};

}  // namespace shouwang::store
