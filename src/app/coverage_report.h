// The coverage report (dispatch/coverage.h) as JSON, and that JSON in words for a terminal.

#pragma once

#include <boost/json.hpp>
#include <string>

#include "dispatch/coverage.h"

namespace shouwang::app {

boost::json::object json_of_coverage(const CommunityId& community,
                                     const dispatch::Coverage& coverage, Instant now);

// What `shouwangctl coverage` prints for a list of such objects.
std::string coverage_words(const boost::json::value& list);

}  // namespace shouwang::app
