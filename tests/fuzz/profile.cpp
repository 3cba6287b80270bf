// Any text as a device profile: faults with a place, or a profile that decodes.

#include "base/utf8.h"
#include "config/profile_reader.h"
#include "device/decoder.h"
#include "tests/fuzz/fuzz.h"

namespace shouwang::fuzz {
namespace {

void try_it(std::string_view text) {
  std::vector<config::Fault> faults;
  auto profile = config::read_profile(std::string(text), "native.yaml", faults);
  MUST(profile.has_value() == faults.empty());
  for (const config::Fault& fault : faults) {
    MUST(fault.file == "native.yaml");
    MUST(!fault.what.empty() && is_utf8(fault.what));
  }
  if (!profile) return;
  std::vector<device::Profile> one;
  one.push_back(std::move(*profile));
  const device::Decoder decoder(std::move(one));
  const device::Message message{
      .topic = "shouwang/v1/elm/GA-1/event",
      .payload = R"({"v":1,"event":"1-1","boot":1,"seq":1,"kind":"gas","state":"alarm"})"};
  decoder.decode(message, Instant{Millis{1'768'502'400'000}}, {});
}

}  // namespace
}  // namespace shouwang::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shouwang::fuzz::try_it(shouwang::fuzz::text_of(data, size));
  return 0;
}
