// Telephone numbers and other addresses, as far as their form can be checked.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dispatch/rules.h"
#include "household/people.h"

namespace shouwang::config {

// What is wrong with `number` as a telephone number in international form (ITU-T E.164: `+` and
// 8 .. 15 digits, not beginning with 0; a mobile number of +86 has 11 digits after it); nothing if
// it fits. Never repeats the number.
std::optional<std::string> why_no_number(std::string_view number);

// What is wrong with `address` for a channel of `kind`; nothing if it fits. Addresses that begin
// with `test:` fit every channel.
std::optional<std::string> why_no_address(std::string_view address, dispatch::ChannelKind kind);

// "push test:R0001/push; sms +49...; inbox": channel and address, in the order of trying.
std::vector<household::Address> parse_addresses(std::string_view text);
std::string format_addresses(const std::vector<household::Address>& addresses);

}  // namespace shouwang::config
