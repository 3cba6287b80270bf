// profiles/*.yaml: what devices mean.

#include <filesystem>

#include "config/draft.h"

namespace shouwang::config {
namespace {

// The one door to the language of profiles: one profile, whose name must be the file's. Nothing if
// it has a fault; every one of them is added to `faults`.
std::optional<device::Profile> read_profile(const std::string& text, const std::string& file,
                                            std::vector<Fault>& faults) {
  const std::size_t before = faults.size();
  Reader root = Reader::parse(text, file, faults);
  device::Profile profile;
  const std::string stem = std::filesystem::path(file).stem().string();
  root.need("profile");
  if (root.read("profile", profile.name) && profile.name != stem) {
    root.fault_at("profile", "`" + profile.name + "` must be the file's name: `" + stem + "`");
  }
  if (faults.size() != before) return std::nullopt;
  return profile;
}

}  // namespace

void read_profile_files(Draft& draft) {
  const auto files = files_in(draft, "profiles", "", ".yaml");
  if (files.empty()) {
    draft.faults.push_back({.file = "profiles", .what = "holds no profile: no device can be read"});
  }
  for (const std::string& file : files) {
    draft.profiles.add(std::filesystem::path(file).stem().string());
    const auto text = read_text(draft, file);
    if (!text) continue;
    auto profile = read_profile(*text, file, draft.faults);
    if (profile) draft.config.profiles.push_back(std::move(*profile));
  }
}

}  // namespace shouwang::config
