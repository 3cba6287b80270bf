// Device profiles: YAML to device::Profile, every fault with its place.
//
// The language is described for installers in config/profiles/README.md, for editors in
// config/profiles/profile.schema.json.

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/fault.h"
#include "device/profile.h"

namespace shouwang::config {

// Reads one profile, whose name must be the file's. Nothing if it has a fault; every one of them is
// added to `faults`.
std::optional<device::Profile> read_profile(const std::string& text, const std::string& file,
                                            std::vector<Fault>& faults);

// Reads all *.yaml of a directory, ordered by file name; `shown` stands before the file names in
// faults ("profiles"). Those of `library` (empty: none) are read too, unless the directory has a
// file of the same name; faults name them by their full path. No profile at all is a fault.
std::vector<device::Profile> read_profiles(const std::filesystem::path& directory,
                                           const std::string& shown, std::vector<Fault>& faults,
                                           const std::filesystem::path& library = {});

}  // namespace shouwang::config
