#include "notify/inbox/inbox_channel.h"

#include "notify/reply.h"

namespace shouwang::notify {
namespace {

constexpr std::size_t kUnconfirmedMax = 20'000;

}  // namespace

using dispatch::Receipt;

InboxChannel::InboxChannel(const ChannelSettings& settings, InboxPort& port, Clock& clock,
                           LateReceipt late)
    : name_(settings.name),
      traits_(settings.traits),
      port_(port),
      clock_(clock),
      late_(std::move(late)) {
  traits_.gives_receipts = true;
}

void InboxChannel::send(const Message& message, Done done) {
  // Before the page is given it: its confirmation may come back from inside deliver().
  remember(message);
  const auto looking = port_.deliver({.community = message.community,
                                      .person = message.person,
                                      .incident = message.incident,
                                      .key = message.key,
                                      .title = message.title,
                                      .body = message.body,
                                      .at = clock_.now()});
  if (looking == InboxPort::Looking::no_phone) {
    return answer_later(clock_, std::move(done), never("has no enrolled phone"));
  }
  answer_later(clock_, std::move(done), {.kind = Receipt::Kind::awaiting});
}

void InboxChannel::page_has(const CommunityId& community, const ParcelKey& key) {
  const auto found = unconfirmed_.find({community, key});
  if (found == unconfirmed_.end()) return;
  const int attempt = found->second;
  unconfirmed_.erase(found);
  clock_.wake_at(clock_.now(), [late = late_, community, key, attempt] {
    late(community, key, attempt, {.kind = Receipt::Kind::on_phone});
  });
}

void InboxChannel::remember(const Message& message) {
  const Sent sent{message.community, message.key};
  if (unconfirmed_.insert_or_assign(sent, message.attempt).second) oldest_.push_back(sent);
  while (oldest_.size() > kUnconfirmedMax) {
    unconfirmed_.erase(oldest_.front());
    oldest_.pop_front();
  }
}

}  // namespace shouwang::notify
