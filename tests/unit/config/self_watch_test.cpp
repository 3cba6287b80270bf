#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "directory.h"

namespace shouwang::config {
namespace {

using namespace std::chrono_literals;

Config loaded(const Directory& directory) {
  auto config = load(directory.path());
  EXPECT_EQ(directory.faults(), "");
  return std::move(config.value());
}

void add(const Directory& directory, const std::string& lines) {
  directory.write("gateway.yaml", read_file(directory.path() / "gateway.yaml") + lines);
}

TEST(SelfWatch, IsOnByItself) {
  const Directory directory;
  const Config config = loaded(directory);
  EXPECT_EQ(config.self_test.every, 5min);
  EXPECT_EQ(config.sign_of_life.every, 60s);
  EXPECT_EQ(config.sign_of_life.url, "");
}

TEST(SelfWatch, IsSwitchedOffInSoManyWords) {
  const Directory directory;
  add(directory, "self_test: {every: off}\n");
  EXPECT_EQ(loaded(directory).self_test.every, 0ms);
}

TEST(SelfWatch, TakesItsTimesAndTheMonitor) {
  const Directory directory;
  add(directory,
      "self_test: {every: 30s}\n"
      "sign_of_life: {every: 10s, url: \"https://monitor.example/ping/a\"}\n");
  const Config config = loaded(directory);
  EXPECT_EQ(config.self_test.every, 30s);
  EXPECT_EQ(config.sign_of_life.every, 10s);
  EXPECT_EQ(config.sign_of_life.url, "https://monitor.example/ping/a");
}

TEST(SelfWatch, SaysWhatIsWrong) {
  const Directory directory;
  add(directory,
      "self_test: {every: 2s}\n"
      "sign_of_life:\n"
      "  url: https://me:secret@monitor.example/\n"
      "  secret_url: {credential: ping}\n"
      "  every: 5s\n");
  EXPECT_THAT(directory.faults(), testing::HasSubstr("`2s`"));
  EXPECT_THAT(directory.faults(), testing::HasSubstr("no user or password stands in a URL"));
  EXPECT_THAT(directory.faults(), testing::HasSubstr("there is a `url`, too"));
  EXPECT_THAT(directory.faults(), testing::HasSubstr("`5s`"));
}

TEST(SelfWatch, NeedsTheFormatThatTheTestAlarmSpeaks) {
  const Directory directory;
  directory.edit("profiles/native.yaml", "profile: native", "profile: own");
  std::filesystem::rename(directory.path() / "profiles/native.yaml",
                          directory.path() / "profiles/own.yaml");
  directory.edit("communities/elm/devices.csv", "GA-1,native", "GA-1,own");
  directory.edit("communities/elm/devices.csv", "SM-1,native", "SM-1,own");
  directory.edit("communities/elm/devices-more.yaml", "native", "own");
  EXPECT_THAT(directory.faults(),
              testing::StartsWith("gateway.yaml: the self-test needs the profile `native`"));
  add(directory, "self_test: {every: off}\n");
  EXPECT_EQ(directory.faults(), "");
}

TEST(SelfWatch, KeepsItsCommunityToItself) {
  const Directory directory;
  directory.edit("gateway.yaml", "[elm]", "[elm, self-test]");
  EXPECT_THAT(directory.faults(), testing::HasSubstr("the gateway's own"));
}

}  // namespace
}  // namespace shouwang::config
