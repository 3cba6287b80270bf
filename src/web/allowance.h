// How often somebody may try something that costs us or could be guessed.

#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "base/time.h"

namespace shouwang::web {

// For each key (an address, a login name): `burst` tries at once, and one more each `refill`.
//
// Holds at most `keys_max` keys. When that many are in use at once, further keys share one
// allowance between them: memory stays bounded and nobody gets around the limit.
class Allowance {
 public:
  struct Terms {
    int burst = 10;
    Millis refill{6'000};
    std::size_t keys_max = 10'000;
  };
  explicit Allowance(Terms terms) : terms_(terms) {}

  // Takes one try. Nothing if there was one, else how long until the next; nothing is taken then.
  std::optional<Millis> take(const std::string& key, Instant now);
  // The same without taking.
  std::optional<Millis> wait(const std::string& key, Instant now) const;
  // Gives everything back to the key: the right password was among the tries.
  void forgive(const std::string& key) { full_at_.erase(key); }

  std::size_t keys() const { return full_at_.size(); }

 private:
  Terms terms_;
  std::map<std::string, Instant> full_at_;  // When the key has all its tries again.
};

}  // namespace shouwang::web
