// Plays phones for demo, system tests and the gateway's own synthetic alarm: takes `test:`
// addresses only, and posts each message as JSON to a server on loopback (tools/phone_sink), or
// appends it to a file, one JSON object a line. It does not look into the address: whether a
// phone is dead or slow is for the sink to play.
//
//   {"key":…,"attempt":1,"channel":"push","kind":"push","community":…,"person":…,
//    "role":"relative","incident":…,
//    "address":"test:R0003/push","title":…,"body":…,"link":…,"language":"zh-CN",
//    "urgency":"first","letter":"first","critical":false,"repeat":false,
//    "sent_at":"2026-01-15T18:40:00.123Z","expires_at":…}
//
// An answer may carry {"errcode":0,"receipt":"on_phone"}: an errcode that is not 0 is a failure
// even with HTTP 200; `receipt` (on_phone, opened) is passed on if the channel gives receipts.

#pragma once

#include <memory>

#include "base/clock.h"
#include "notify/channel.h"
#include "notify/http_client.h"
#include "notify/settings.h"

namespace shouwang::notify {

// `client` and `clock` must outlive the channel. REQUIRES: check(settings) is empty.
std::shared_ptr<Channel> make_test_channel(const ChannelSettings& settings, HttpClient& client,
                                           Clock& clock, LateReceipt late);

// Everything wrong with the URL: it must be http on 127.0.0.0/8, [::1] or localhost, or file:/….
std::vector<SettingsFault> test_channel_faults(const ChannelSettings& settings);

// The message as the sink gets it.
std::string test_channel_json(const Message& message, const ChannelSettings& settings,
                              Instant sent_at);

}  // namespace shouwang::notify
