// From channels.yaml to channels, with the secrets they name.

#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "notify/factory.h"

namespace shouwang::app {

// All channels of the configuration. Errors: the first that can not be made, with its name.
Result<std::vector<std::shared_ptr<notify::Channel>>> make_channels(
    const config::Config& config, const notify::Surroundings& surroundings);

}  // namespace shouwang::app
