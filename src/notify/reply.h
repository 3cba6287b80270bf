// What every channel needs to answer a try.

#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "notify/channel.h"
#include "notify/redact.h"

namespace shouwang::notify {

// Whether the address is one of the samples', which no channel to real people takes.
bool is_test_address(std::string_view address);

// Answers a try that needs nobody else's word: later, as the contract wants it.
void answer_later(Clock& clock, Channel::Done done, dispatch::Receipt receipt);

dispatch::Receipt never(std::string error);
dispatch::Receipt retry(std::string error);

// A redactor that knows the channel's secrets and what this message must not leak.
Redactor redactor_for(const Message& message, const std::vector<std::string>& secrets);

}  // namespace shouwang::notify
