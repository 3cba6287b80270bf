#include "app/fault_point.h"

#ifdef SHOUWANG_TESTS

#include <array>
#include <csignal>
#include <cstdlib>
#include <string_view>

#include "base/check.h"

namespace shouwang::app {
namespace {

constexpr std::array<std::string_view, 5> kMoments{"heard", "committed", "acknowledged", "sent",
                                                   "answered"};

}  // namespace

std::function<void(Moment)> fault_point() {
  const char* wanted = std::getenv("SHOUWANG_KILL_AT");
  if (wanted == nullptr) return {};
  const std::string_view text(wanted);
  const std::size_t colon = text.find(':');
  for (std::size_t i = 0; i < kMoments.size(); ++i) {
    if (text.substr(0, colon) != kMoments[i]) continue;
    int times = colon == std::string_view::npos ? 1 : std::atoi(wanted + colon + 1);
    return [times, at = static_cast<Moment>(i)](Moment moment) mutable {
      if (moment == at && --times == 0) std::raise(SIGKILL);
    };
  }
  const bool names_a_moment = false;
  CHECK(names_a_moment);
  return {};
}

std::string choking_text() {
  const char* text = std::getenv("SHOUWANG_CHOKE_ON");
  return text == nullptr ? "" : text;
}

}  // namespace shouwang::app

#else

namespace shouwang::app {

std::function<void(Moment)> fault_point() { return {}; }
std::string choking_text() { return {}; }

}  // namespace shouwang::app

#endif
