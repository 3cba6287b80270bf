// profiles/*.yaml: what devices mean.

#include <filesystem>

#include "config/draft.h"
#include "config/profile_reader.h"

namespace shouwang::config {

void read_profiles(Draft& draft) {
  const auto places = draft.places_of("profiles");
  draft.config.profiles =
      read_profiles(draft.directory() / "profiles", "profiles", draft.faults,
                    places.size() > 1 ? std::filesystem::path(places.front()) : "");
  // A profile with a fault is a profile all the same: its devices are not to blame.
  for (const std::string& folder : places) {
    for (const std::string& file : files_in(draft, folder, "", ".yaml")) {
      draft.profiles.add(std::filesystem::path(file).stem().string());
    }
  }
}

}  // namespace shouwang::config
