// All the phones of the demo and of system tests: what they answer, and what they have got.
//
// A phone behaves by what the control was told about its address, else by its address, else well:
//
//   test:dead/…     refuse   404: there is no such phone
//   test:fail/…     fail     500
//   test:limit/…    limit    429 with Retry-After
//   test:errcode/…  errcode  200 with {"errcode":45009}: a failure that looks like none
//   test:slow/…     slow     takes the message after a while (5 s)
//   test:hang/…     hang     says nothing
//   test:drop/…     drop     hangs up without a word
//   anything else   ok       {"errcode":0}, or with "receipt":"on_phone" if receipts are on
//
// Knows no network and no clock.

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace shouwang::phone_sink {

enum class Manner : std::uint8_t { ok, refuse, fail, limit, errcode, slow, hang, drop };
std::string_view name_of(Manner manner);
std::optional<Manner> manner_named(std::string_view name);

// What the control says of an address, of all that begin with one ("test:R07*"), or of all ("*").
struct Order {
  Manner manner = Manner::ok;
  std::chrono::milliseconds delay{0};   // Before the answer.
  std::chrono::seconds retry_after{0};  // limit
  std::optional<std::uint64_t> times;   // For so many messages; unset: until told otherwise.
};

// What a message is answered with.
struct Reply {
  Manner manner = Manner::ok;
  std::chrono::milliseconds delay{0};
  int status = 200;  // 0: no answer at all.
  std::string body;
  std::chrono::seconds retry_after{0};
  bool first = true;  // A message with this key has not come to this address before.
};

struct Message {
  std::string key;
  std::string address;
  std::string channel;
  std::string person;
  std::string role;
  std::string title;
};

// The message in a posted body, or nothing if it is not one.
std::optional<Message> parse_message(std::string_view body);

class Phones {
 public:
  explicit Phones(bool receipts = false) : receipts_(receipts) {}

  void order(const std::string& address, const Order& order);
  void forget_orders() { orders_.clear(); }

  // Takes note of the message and says how to answer it.
  Reply receive(const Message& message);

  struct Counts {
    std::uint64_t requests = 0;  // Messages, repeats included.
    std::uint64_t distinct = 0;  // Different (key, address) that were taken.
    std::uint64_t taken = 0;     // Requests answered with success.
  };
  const Counts& counts() const { return counts_; }

 private:
  Order order_for(const std::string& address);

  bool receipts_;
  std::map<std::string, Order> orders_;  // By address; a trailing '*' stands for anything.
  std::unordered_set<std::string> seen_;
  std::unordered_set<std::string> got_;
  Counts counts_;
};

}  // namespace shouwang::phone_sink
