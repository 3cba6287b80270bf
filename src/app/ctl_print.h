// Answers of the gateway as a person reads them at a prompt.

#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

namespace shouwang::app {

// A list of objects as columns, named in this order; numbers and times to the right fit.
std::string table(const boost::json::value& list, const std::vector<std::string>& columns);

// Who speaks and is in no list: what it says, which profiles fit, and lines for devices.csv.
std::string newcomers_report(const boost::json::value& answer);

// Counts, faults and warnings of an import, in sentences.
std::string import_report(const boost::json::value& report);

}  // namespace shouwang::app
