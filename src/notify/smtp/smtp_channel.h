// Mail through the community's own mail account, by SMTP with STARTTLS or implicit TLS. The next
// mail server's 250 is all that is ever known, and greylisting may hold a mail for a quarter of
// an hour: a second way beside others, never the only one. 4yz and no answer are tried again,
// 5yz (no such mailbox, login refused) are not.

#pragma once

#include <memory>

#include "base/clock.h"
#include "notify/channel.h"
#include "notify/mail_client.h"
#include "notify/settings.h"

namespace shouwang::notify {

// `client` and `clock` must outlive the channel. REQUIRES: check(settings) is empty.
std::shared_ptr<Channel> make_smtp_channel(const ChannelSettings& settings, ChannelSecrets secrets,
                                           MailClient& client, Clock& clock);

// Everything wrong with server, sender and login.
std::vector<SettingsFault> smtp_channel_faults(const ChannelSettings& settings);

}  // namespace shouwang::notify
