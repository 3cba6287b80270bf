// profiles/*.yaml: what devices mean.

#include <filesystem>

#include "config/draft.h"

namespace shouwang::config {
namespace {

// The one door to the language of profiles. A file without faults gives a profile.
void read_profile_body(Reader& root, device::Profile& profile) {
  root.need("name");
  root.read("name", profile.name);
}

}  // namespace

void read_profiles(Draft& draft) {
  for (const std::string& file : files_in(draft, "profiles", "", ".yaml")) {
    Reader root = open(draft, file);
    device::Profile profile;
    read_profile_body(root, profile);
    const std::string stem = std::filesystem::path(file).stem().string();
    if (root.has("name") && profile.name != stem) {
      root.fault_at("name", "`" + profile.name + "` must be the file's name: `" + stem + "`");
    }
    draft.profiles.add(stem);
    draft.config.profiles.push_back(std::move(profile));
  }
}

}  // namespace shouwang::config
