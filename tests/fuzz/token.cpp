// Any text as the token of a phone page, as an enrolling code, as a log-in's hash: none opens.

#include "app/pages.h"
#include "tests/fuzz/fuzz.h"

namespace shouwang::fuzz {
namespace {

void try_it(std::string_view text) {
  static const std::string key(32, 'k');
  static const app::Pages pages(key);
  static const Instant now{Millis{1'768'502'400'000}};
  MUST(!pages.find(text));
  MUST(!app::open_enrol_code(key, text, now));
  MUST(app::hash_of_secret(text).size() == 64);
}

}  // namespace
}  // namespace shouwang::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shouwang::fuzz::try_it(shouwang::fuzz::text_of(data, size));
  return 0;
}
