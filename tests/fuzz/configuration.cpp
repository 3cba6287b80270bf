// Any text in the place of one file of a sound configuration.
//
//   first line: which file; the rest: what stands in it

#include <array>

#include "base/utf8.h"
#include "config/config.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/config/directory.h"

namespace shouwang::fuzz {
namespace {

constexpr std::array kFiles = {"gateway.yaml",
                               "channels.yaml",
                               "texts/en.yaml",
                               "profiles/native.yaml",
                               "communities/elm/community.yaml",
                               "communities/elm/devices.csv",
                               "communities/elm/devices-more.yaml"};

void try_it(std::string_view text) {
  static const config::Directory directory;
  const std::string name(take_line(text));
  for (const char* file : kFiles) {
    if (name != file) continue;
    const auto path = directory.path() / file;
    const bool was_there = std::filesystem::exists(path);
    const std::string sound = was_there ? config::read_file(path) : "";
    directory.write(file, std::string(text));
    const auto loaded = config::load(directory.path());
    if (was_there) {
      directory.write(file, sound);
    } else {
      std::filesystem::remove(path);
    }
    if (loaded) return;
    MUST(!loaded.error().empty());
    for (const config::Fault& fault : loaded.error()) {
      MUST(!fault.file.empty());
      MUST(!fault.what.empty() && is_utf8(fault.what));
    }
  }
}

}  // namespace
}  // namespace shouwang::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shouwang::fuzz::try_it(shouwang::fuzz::text_of(data, size));
  return 0;
}
