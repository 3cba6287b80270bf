// The face of `shouwangctl decode`: a line of JSON in, a line of JSON out.
//
//   in   {"topic":"zigbee2mqtt/kitchen","payload":"{\"gas\":true}","retain":false}
//        `payload_base64` instead of `payload` for bytes; a payload that is not a text counts as
//        the JSON it is; `retain` may be missing or null: false. Other keys are not looked at.
//   out  {"device":"GA-B05-U4-302","profile":"zigbee2mqtt.gas","signals":[{"kind":"gas",
//         "meaning":"alarm","value":null,"unit":null}],"problem":null}
//
// All keys are always there; what does not apply is null (`signals`: empty). `device` is the
// device's id, or the address from the message if no list has it. A message about several devices
// has the first in these keys and the others, of the same form, in a further key `more`.

#pragma once

#include <cstddef>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "device/decoder.h"
#include "device/directory.h"

namespace shouwang::app {

struct DecodeFace {
  const device::Decoder& decoder;
  const device::Directory& directory;         // Built from the decoder's profiles ...
  std::span<const device::Listing> listings;  // ... and these.
};

// One line, both without line feed. Errors: invalid, if the line is not of the form above.
Result<std::string> decode_line(const DecodeFace& face, std::string_view line, Instant now);

// All lines; empty ones are skipped. A broken line gives a line whose `problem` says so. Returns
// how many were broken: 0 is exit code 0.
std::size_t decode_lines(const DecodeFace& face, std::istream& in, std::ostream& out, Instant now);

}  // namespace shouwang::app
