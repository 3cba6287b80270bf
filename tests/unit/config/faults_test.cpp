// Every fault that load() can find, each by a directory of tests/data/config: bad.<what-is-wrong>
// holds the files that differ from sound/, and in `expected` exactly what is printed.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "tests/unit/config/directory.h"

namespace shouwang::config {
namespace {

std::vector<std::string> fixtures() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kData / "config")) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("bad.")) names.push_back(name.substr(4));
  }
  std::ranges::sort(names);
  return names;
}

class BadConfig : public testing::TestWithParam<std::string> {};

TEST_P(BadConfig, GivesExactlyTheFaultsThatWereMade) {
  const auto fixture = kData / "config" / ("bad." + GetParam());
  const Directory directory;
  directory.overlay(fixture);
  EXPECT_EQ(directory.faults(), read_file(fixture / "expected"));
}

TEST_P(BadConfig, ExpectsAtLeastOneFault) {
  EXPECT_NE(read_file(kData / "config" / ("bad." + GetParam()) / "expected"), "");
}

INSTANTIATE_TEST_SUITE_P(EachFixture, BadConfig, testing::ValuesIn(fixtures()),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace shouwang::config
