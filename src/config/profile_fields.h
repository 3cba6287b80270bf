// The fields and changes of one message form.

#pragma once

#include <array>

#include "config/profile_words.h"
#include "config/reader.h"
#include "device/profile.h"

namespace shouwang::config {

device::Field read_field(Reader field, device::Kind kind, const Places& places);
device::Change read_change(Reader change, const Places& places);
device::TimeRule read_time(Reader time, const Places& places);

// Notes where two fields of a profile contradict each other: a kind that is an event here and a
// state there, or that is judged by levels twice. Call for each field once, in order.
class FieldRules {
 public:
  void check(const device::Field& field, const Reader& at);

 private:
  struct Seen {
    bool event = false;
    bool state = false;
    bool levels = false;
  };
  std::array<Seen, device::kKindCount> seen_;
};

}  // namespace shouwang::config
