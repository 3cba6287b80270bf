// Any provider that takes an HTTP request: ntfy, Bark, Gotify, robots of WeCom, DingTalk and
// Feishu, an SMS or voice gateway. What to ask and what counts as taken is configuration
// (request_template.h, verdict.h); this only carries it out. It brings no receipts from phones.

#pragma once

#include <memory>

#include "base/clock.h"
#include "notify/channel.h"
#include "notify/http_client.h"
#include "notify/settings.h"

namespace shouwang::notify {

// `client` and `clock` must outlive the channel. REQUIRES: check(settings) is empty.
std::shared_ptr<Channel> make_http_channel(const ChannelSettings& settings, ChannelSecrets secrets,
                                           HttpClient& client, Clock& clock);

}  // namespace shouwang::notify
