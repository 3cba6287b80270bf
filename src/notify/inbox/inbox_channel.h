// The person's own page as a way to reach them: no provider, no account, works while only the
// local network does. A message on the page is `awaiting`; it has arrived (`on_phone`) when the
// page confirms that it has shown it. Somebody without an enrolled phone can not be reached this
// way (`never`), so that whoever stands behind them is called at once.

#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>

#include "base/clock.h"
#include "notify/channel.h"
#include "notify/inbox/inbox_port.h"
#include "notify/settings.h"

namespace shouwang::notify {

class InboxChannel final : public Channel {
 public:
  // `port` and `clock` must outlive the channel.
  InboxChannel(const ChannelSettings& settings, InboxPort& port, Clock& clock, LateReceipt late);

  const std::string& name() const override { return name_; }
  const Traits& traits() const override { return traits_; }
  void send(const Message& message, Done done) override;

  // The page has shown the message: tells of it once, through the late receipt. A key that was
  // not sent from here, or long ago, is ignored.
  void page_has(const CommunityId& community, const ParcelKey& key);

 private:
  using Sent = std::pair<CommunityId, ParcelKey>;
  void remember(const Message& message);

  std::string name_;
  Traits traits_;
  InboxPort& port_;
  Clock& clock_;
  LateReceipt late_;
  std::map<Sent, int> unconfirmed_;  // The last try of each.
  std::deque<Sent> oldest_;          // Of unconfirmed_, in the order of sending.
};

}  // namespace shouwang::notify
