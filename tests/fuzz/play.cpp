// Plays seeds to a fuzz target, and edits of them, where there is no libFuzzer.
//
//   <target> SEED_FOLDER [EDITS]      EDITS of each seed, 20 unless said; the same ones every time

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/rng.h"
#include "tests/fuzz/fuzz.h"

namespace {

using shouwang::Rng;

// One to four small things go wrong.
std::string edited(std::string seed, Rng& rng) {
  for (std::uint64_t n = 1 + rng.below(4); n > 0; --n) {
    const auto at = static_cast<std::size_t>(rng.below(seed.size() + 1));
    switch (rng.below(5)) {
      case 0: seed.insert(at, 1, static_cast<char>(rng.below(256))); break;
      case 1: seed.erase(at, static_cast<std::size_t>(1 + rng.below(8))); break;
      case 2:
        if (at < seed.size()) seed[at] = static_cast<char>(rng.below(256));
        break;
      case 3: seed.insert(at, seed.substr(at, static_cast<std::size_t>(rng.below(32)))); break;
      case 4: seed.resize(at); break;
    }
  }
  return seed;
}

void play(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) return 64;
  std::vector<std::filesystem::path> seeds;
  for (const auto& file : std::filesystem::directory_iterator(words[1])) {
    if (file.is_regular_file()) seeds.push_back(file.path());
  }
  std::sort(seeds.begin(), seeds.end());
  const int edits = count > 2 ? std::atoi(words[2]) : 20;
  Rng rng(20260115);
  std::size_t played = 0;
  for (const auto& path : seeds) {
    std::ifstream in(path, std::ios::binary);
    const std::string seed{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    play(seed);
    for (int i = 0; i < edits; ++i) play(edited(seed, rng));
    played += 1 + static_cast<std::size_t>(edits);
  }
  std::printf("%zu seeds, %zu runs\n", seeds.size(), played);
  return seeds.empty() ? 1 : 0;
}
