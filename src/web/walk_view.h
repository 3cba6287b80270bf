// Tests of devices in words: what the installer's page and programs show of them.
//
// What a device said comes decoded, never as its bytes; its texts (units, topics, problems) are
// untrusted and cut short here, and escaped by the templates.

#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "dispatch/walk_card.h"
#include "web/words.h"

namespace shouwang::web {

// {"now": ..., "zone_minutes": 480, "clock": "10:40", "tests": [...]}, those under way first; see
// openapi.yaml, schema Walks.
boost::json::object walks_json(const std::vector<dispatch::WalkCard>& cards, const Words& words,
                               Instant now);

// Why a test could not begin or end, for whoever asked.
std::string walk_refusal(const dispatch::Reply& reply, const Words& words);

}  // namespace shouwang::web
