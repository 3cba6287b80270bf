// The town's people and phones: what reaches them, and what they do about it.

#include "tests/sim/chaos.h"
#include "tests/sim/town.h"

namespace shouwang::sim {

using namespace std::chrono_literals;

Sent Town::sent(const std::string& channel, const notify::Message& message) {
  const dispatch::Parcel parcel = process_->scribe().take(message.key, message.attempt);
  Sent sent{.at = now(),
            .truth = truth(),
            .community = message.community,
            .channel = channel,
            .key = message.key,
            .attempt = message.attempt,
            .person = message.person,
            .address = message.address,
            .items = parcel.items,
            .urgency = message.urgency,
            .created_at = parcel.created_at,
            .repeat = message.repeat};
  ++outcome_.messages;
  fold(message.key.str() + channel + std::to_string(message.attempt));
  note([&] {
    std::string text = "  " + channel + " to " + sent.person.str() + ":";
    for (const auto& item : sent.items) {
      text.append(" ").append(name_of(item.letter)).append(" of " + item.incident.str());
    }
    return text + (sent.repeat ? " (repeat)" : "");
  });
  tries_.insert_or_assign({sent.key, sent.attempt}, sent);
  for (const auto& law : laws_) law->sent(sent);
  return sent;
}

void Town::rings(const Sent& sent, Millis after) {
  later(after + 500ms, [this, sent] { people_->read(sent); });
}

void Town::heard_receipt(const CommunityId&, const ParcelKey& key, int attempt,
                         const dispatch::Receipt& receipt) {
  const auto found = tries_.extract({key, attempt});
  if (found.empty()) return;
  for (const auto& law : laws_) law->receipt(found.mapped(), receipt);
}

void Town::late_receipt(const CommunityId& community, const Sent& sent, dispatch::Receipt receipt) {
  if (!is_up()) return;
  gateway().submit(
      {.community = community,
       .event = dispatch::Delivered{.key = sent.key, .attempt = sent.attempt, .receipt = receipt}});
}

void Town::reply_to_device(const std::string& topic, const std::string& payload) {
  crash_point(Fault::crash_in_reply);
  if (!link_->state().connected) return;
  if (!is_healing_ && chance_.chance(static_cast<unsigned>(options_.answer_loss))) {
    return count(Fault::answer_lost);
  }
  later(Millis{5 + chance_.below(100)},
        [this, topic, payload] { devices_->answered(topic, payload); });
}

std::optional<dispatch::Reply> Town::ask(const CommunityId& community,
                                         const dispatch::Event& event) {
  if (!is_up()) return std::nullopt;
  return gateway().ask(community, event);
}

void Town::deal_with(const CommunityId& community, const std::string& item, bool waives) {
  const PersonId desk("desk");
  note([&] { return (waives ? "the desk waives " : "the desk ticks off ") + item; });
  if (waives) {
    ask(community, dispatch::ItemWaived{
                       .item = item, .by = desk, .until = now() + 24h, .why = "a part is ordered"});
    return;
  }
  for (const auto& law : laws_) law->mending(community, item);
  ask(community, dispatch::ItemDone{.item = item, .by = desk});
}

std::optional<dispatch::Reply> Town::press(const CommunityId& community, const IncidentId& incident,
                                           const incident::Answer& answer) {
  if (!is_up()) return std::nullopt;
  Pressed pressed{
      .at = now(), .community = community, .incident = incident, .answer = answer, .refusal = {}};
  note([&] {
    return answer.by.str() + " presses " + std::string(name_of(answer.action)) + " on " +
           incident.str();
  });
  for (const auto& law : laws_) law->pressing(pressed);
  const auto reply = ask(community, dispatch::Answered{.incident = incident, .answer = answer});
  pressed.refusal = reply->refusal;
  for (const auto& law : laws_) law->pressed(pressed);
  return reply;
}

}  // namespace shouwang::sim
