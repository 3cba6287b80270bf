#include "phone_sink/phones.h"

#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

namespace shouwang::phone_sink {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr std::array<std::string_view, 8> kManners{"ok",      "refuse", "fail", "limit",
                                                   "errcode", "slow",   "hang", "drop"};
constexpr std::chrono::milliseconds kSlow{5'000};
constexpr std::chrono::seconds kRetryAfter{2};

// What the address itself asks for: "test:slow/R0003/push".
Manner manner_of(std::string_view address) {
  static constexpr std::string_view kScheme = "test:";
  if (!address.starts_with(kScheme)) return Manner::ok;
  address.remove_prefix(kScheme.size());
  const std::string_view word = address.substr(0, address.find('/'));
  if (word == "dead") return Manner::refuse;
  return manner_named(word).value_or(Manner::ok);
}

int status_of(Manner manner) {
  switch (manner) {
    case Manner::ok:
    case Manner::slow:
    case Manner::errcode: return 200;
    case Manner::refuse: return 404;
    case Manner::fail: return 500;
    case Manner::limit: return 429;
    case Manner::hang:
    case Manner::drop: return 0;
  }
  return 500;
}

std::string text(const json::object& fields, std::string_view name) {
  const json::value* value = fields.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

// What Alertmanager posts, when tools/bench compares with it: a label of the first alert is the
// key.
std::optional<Message> parse_webhook(const json::value& alerts) {
  json::error_code error;
  const json::value* key = alerts.find_pointer("/0/labels/key", error);
  if (key == nullptr || !key->is_string()) return std::nullopt;
  return Message{.key = std::string(key->get_string()), .address = "test:alertmanager"};
}

}  // namespace

std::string_view name_of(Manner manner) { return kManners[static_cast<std::size_t>(manner)]; }

std::optional<Manner> manner_named(std::string_view name) {
  for (std::size_t i = 0; i < kManners.size(); ++i) {
    if (kManners[i] == name) return static_cast<Manner>(i);
  }
  return std::nullopt;
}

std::optional<Message> parse_message(std::string_view body) {
  std::array<unsigned char, 8192> room{};
  json::monotonic_resource memory(room.data(), room.size());
  json::error_code error;
  const json::value value = json::parse(body, error, &memory);
  if (error || !value.is_object()) return std::nullopt;
  const json::object& fields = value.get_object();
  if (const json::value* alerts = fields.if_contains("alerts")) return parse_webhook(*alerts);
  Message message{.key = text(fields, "key"),
                  .address = text(fields, "address"),
                  .channel = text(fields, "channel"),
                  .person = text(fields, "person"),
                  .role = text(fields, "role"),
                  .title = text(fields, "title")};
  if (message.key.empty() || message.address.empty()) return std::nullopt;
  return message;
}

void Phones::order(const std::string& address, const Order& order) { orders_[address] = order; }

Order Phones::order_for(const std::string& address) {
  auto found = orders_.find(address);
  for (std::size_t length = address.size() + 1; found == orders_.end() && length > 0; --length) {
    found = orders_.find(address.substr(0, length - 1) + "*");
  }
  if (found == orders_.end()) return {.manner = manner_of(address)};
  const Order order = found->second;
  if (found->second.times && --*found->second.times == 0) orders_.erase(found);
  return order;
}

Reply Phones::receive(const Message& message) {
  const Order order = order_for(message.address);
  Reply reply{.manner = order.manner, .delay = order.delay, .status = status_of(order.manner)};
  if (order.manner == Manner::slow && order.delay == 0ms) reply.delay = kSlow;
  if (order.manner == Manner::limit) {
    reply.retry_after = order.retry_after > 0s ? order.retry_after : kRetryAfter;
  }
  const std::string name = message.key + " " + message.address;
  reply.first = seen_.insert(name).second;
  ++counts_.requests;
  const bool taken = order.manner == Manner::ok || order.manner == Manner::slow;
  if (taken) {
    ++counts_.taken;
    if (got_.insert(name).second) ++counts_.distinct;
    reply.body = receipts_ ? R"({"errcode":0,"receipt":"on_phone"})" : R"({"errcode":0})";
  } else if (order.manner == Manner::errcode) {
    reply.body = R"({"errcode":45009,"errmsg":"too many messages"})";
  } else {
    reply.body = R"({"errcode":1,"errmsg":")" + std::string(name_of(order.manner)) + R"("})";
  }
  return reply;
}

}  // namespace shouwang::phone_sink
