#include "notify/reply.h"

#include <algorithm>
#include <cctype>

namespace shouwang::notify {

using dispatch::Receipt;

bool is_test_address(std::string_view address) {
  static constexpr std::string_view kScheme = "test:";
  const auto start = address.find_first_not_of(" \t");
  if (start == std::string_view::npos) return false;
  const std::string_view scheme = address.substr(start, kScheme.size());
  return std::ranges::equal(scheme, kScheme, [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == b;
  });
}

void answer_later(Clock& clock, Channel::Done done, Receipt receipt) {
  clock.wake_at(clock.now(),
                [done = std::move(done), receipt = std::move(receipt)] { done(receipt); });
}

Receipt never(std::string error) {
  return {.kind = Receipt::Kind::never, .error = std::move(error)};
}

Receipt retry(std::string error) {
  return {.kind = Receipt::Kind::retry, .error = std::move(error)};
}

Redactor redactor_for(const Message& message, const std::vector<std::string>& secrets) {
  Redactor redactor(secrets);
  std::string token;
  const auto slash = message.link.rfind('/');
  if (slash != std::string::npos) token = message.link.substr(slash + 1);
  redactor.add({message.address, message.link, token, message.title, message.body});
  return redactor;
}

}  // namespace shouwang::notify
