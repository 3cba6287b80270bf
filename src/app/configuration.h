// The configuration as the whole program reads it: config/ checks the files, notify/ checks what is
// said in them about channels and messages.

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/config.h"

namespace shouwang::app {

// All faults at once, in the order of the files. A message that only another language than the
// one that stands in for all lacks is no fault.
tl::expected<config::Config, std::vector<config::Fault>> load_configuration(
    const std::filesystem::path& directory);

// One a line, as `shouwangd --check` prints them.
std::string as_lines(const std::vector<config::Fault>& faults);

}  // namespace shouwang::app
