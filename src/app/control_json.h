// JSON forms of what the hand tool shows, and the forms of what it is given.

#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "app/health.h"
#include "base/result.h"
#include "config/ledger.h"
#include "dispatch/book.h"
#include "dispatch/card.h"
#include "household/registry.h"

namespace shouwang::app {

// One line of a list: what, where, since when, who is going.
boost::json::object json_of_line(const dispatch::File& file, const household::Registry& registry);
// Everything about one incident: sources, who was told with what result, who answered.
boost::json::object json_of_whole(const dispatch::File& file,
                                  const std::vector<dispatch::Parcel>& parcels);
// What is fitted where, when it was last heard, how often it should and does speak, and whether it
// protects anybody: "in service", "not proven", "silent", "never heard".
boost::json::object json_of_device(const dispatch::Book& book, std::size_t device, Instant now);
boost::json::object json_of_matter(const dispatch::Matter& matter);
// What the latest self-test came to, with the times of its stages in ms.
boost::json::object json_of_test(const Vitals::Test& test);
// Counts, faults and warnings of an import.
boost::json::object json_of_import(const config::Import& import);

// Errors: invalid, with what is allowed.
Result<Done> check_login_name(const std::string& name);
Result<household::Role> login_role(const std::string& name);

}  // namespace shouwang::app
