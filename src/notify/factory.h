// From a channel's settings to the channel.

#pragma once

#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "notify/channel.h"
#include "notify/http_client.h"
#include "notify/inbox/inbox_port.h"
#include "notify/mail_client.h"
#include "notify/settings.h"

namespace shouwang::notify {

// What channels live on; all of it must outlive them.
struct Surroundings {
  HttpClient& web;
  MailClient& mail;
  Clock& clock;
  InboxPort& inbox;
  LateReceipt late;  // Called on the loop's thread, never from inside a call to a channel.
};

// Errors: invalid (all faults of the settings in one line each).
Result<std::shared_ptr<Channel>> make_channel(const ChannelSettings& settings,
                                              ChannelSecrets secrets,
                                              const Surroundings& surroundings);

}  // namespace shouwang::notify
