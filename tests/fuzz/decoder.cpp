// Any topic and payload, read by every shipped profile.
//
//   first byte: bit 0 retained; the first line's rest is the topic, all after it the payload

#include "device/decoder.h"
#include "base/utf8.h"
#include "config/profile_reader.h"
#include "device/watch.h"
#include "tests/fuzz/fuzz.h"

namespace shouwang::fuzz {
namespace {

using namespace device;

const Decoder& shipped() {
  static const Decoder decoder([] {
    std::vector<config::Fault> faults;
    auto profiles =
        config::read_profiles(SHOUWANG_SOURCE_DIR "/config/profiles", "profiles", faults);
    MUST(faults.empty());
    return profiles;
  }());
  return decoder;
}

void try_it(std::string_view text) {
  static const Directory nobody;
  static Watch memory;
  static Instant now{Millis{1'768'502'400'000}};
  if (text.empty()) return;
  const bool retained = (text[0] & 1) != 0;
  text.remove_prefix(1);
  const std::string_view topic = take_line(text);
  const Message message{.topic = topic, .payload = text, .retained = retained};
  const Decoding decoding = shipped().decode(message, now, nobody);
  MUST((decoding.outcome == Outcome::read) == !decoding.reports.empty());
  for (const Decoded& decoded : decoding.reports) {
    MUST(decoded.profile < shipped().profiles().size());
    MUST(is_utf8(decoded.report.problem));
    const Profile& profile = shipped().profiles()[decoded.profile];
    const Observation seen = observe(memory, profile, decoded.report, now);
    MUST(seen.news.signals.size() <= decoded.report.signals.size() + 1);
    memory = seen.state;
    now += Millis{1'000};
    const auto due = next_due(memory, profile);
    if (due && *due <= now) memory = rise_if_due(memory, profile, now).state;
  }
}

}  // namespace
}  // namespace shouwang::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shouwang::fuzz::try_it(shouwang::fuzz::text_of(data, size));
  return 0;
}
