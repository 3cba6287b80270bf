// profiles/*.yaml: what devices mean.

#include <filesystem>

#include "config/draft.h"
#include "config/profile_reader.h"

namespace shouwang::config {

void read_profiles(Draft& draft) {
  draft.config.profiles = read_profiles(draft.directory() / "profiles", "profiles", draft.faults);
  // A profile with a fault is a profile all the same: its devices are not to blame.
  for (const std::string& file : files_in(draft, "profiles", "", ".yaml")) {
    draft.profiles.add(std::filesystem::path(file).stem().string());
  }
}

}  // namespace shouwang::config
