// Chance that can be repeated: the same seed gives the same numbers on every machine.

#pragma once

#include <cstdint>
#include <string>

namespace shouwang {

// SplitMix64 (Steele, Lea, Flood 2014): small state, good enough for jitter, ids and simulation;
// never for secrets.
class Rng {
 public:
  explicit Rng(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  // 0 .. bound-1. REQUIRES: bound >= 1.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }

  // True in `per_thousand` of 1000 draws.
  bool chance(unsigned per_thousand) { return below(1000) < per_thousand; }

  // `length` letters and digits that can not be mistaken for each other when read aloud.
  std::string word(std::size_t length) {
    static constexpr char kLetters[] = "abcdefghjkmnpqrstuvwxyz23456789";
    std::string text(length, ' ');
    for (char& c : text) c = kLetters[below(sizeof(kLetters) - 1)];
    return text;
  }

 private:
  std::uint64_t state_;
};

}  // namespace shouwang
