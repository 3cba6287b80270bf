#include "app/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/config/directory.h"

namespace shouwang::app {
namespace {

using config::Directory;

const std::filesystem::path kShipped = std::filesystem::path(SHOUWANG_SOURCE_DIR) / "config";

std::string faults_of(const Directory& directory) {
  const auto loaded = load_configuration(directory.path());
  return loaded ? "" : as_lines(loaded.error());
}

TEST(Configuration, WhatIsShippedIsSound) { EXPECT_EQ(faults_of(Directory(kShipped)), ""); }

TEST(Configuration, FaultsOfTheFilesComeFirstAndAlone) {
  const Directory directory(kShipped);
  directory.edit("gateway.yaml", "language: zh-CN", "langauge: zh-CN");
  EXPECT_THAT(faults_of(directory), ::testing::HasSubstr("gateway.yaml:"));
  EXPECT_THAT(faults_of(directory), ::testing::Not(::testing::HasSubstr("channels.yaml")));
}

TEST(Configuration, AChannelThatCouldNotSendIsRefused) {
  const Directory directory(kShipped);
  directory.write("channels.yaml",
                  config::read_file(kShipped / "channels.yaml") +
                      "\nrobot: {type: http, kind: push, url: https://robot.example/x, "
                      "headers: {'A B': x}}\n");
  EXPECT_EQ(faults_of(directory),
            "channels.yaml: channel `robot`, headers: `A B` is not the name of a header\n");
}

TEST(Configuration, AMissingMessageOfTheLanguageThatStandsInIsRefused) {
  const Directory directory(kShipped);
  directory.edit("texts/zh-CN.yaml", "message.cause.pot:", "#");
  directory.edit("texts/en.yaml", "message.cause.pot:", "#");
  EXPECT_EQ(faults_of(directory), "texts/zh-CN.yaml: message.cause.pot is missing\n");
}

TEST(Configuration, AMissingMessageOfAnotherLanguageIsNoFault) {
  const Directory directory(kShipped);
  directory.edit("texts/en.yaml", "message.cause.pot:", "#");
  EXPECT_EQ(faults_of(directory), "");
}

}  // namespace
}  // namespace shouwang::app
