#include "config/profile_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace shouwang::config {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kData = SHOUWANG_SOURCE_DIR "/tests/data/config/";

std::vector<std::string> faults_of(const std::string& text, const std::string& file) {
  std::vector<Fault> faults;
  const auto profile = read_profile(text, file, faults);
  EXPECT_EQ(profile.has_value(), faults.empty());
  put_in_order(faults);
  std::vector<std::string> lines;
  for (const Fault& fault : faults) lines.push_back(format(fault));
  return lines;
}

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// Files that are wrong on purpose. Each ends with what the reader must say, as comments:
// "#= line:column: what is wrong, what is allowed".
std::vector<std::string> bad_files() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kData)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("bad-profile.")) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

class BadProfile : public ::testing::TestWithParam<std::string> {};

TEST_P(BadProfile, IsRefusedWithEveryFaultInItsPlace) {
  const std::string text = text_of(kData + GetParam());
  std::vector<std::string> expected;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("#= ")) continue;
    const std::string what = line.substr(3);
    const bool placed = std::isdigit(static_cast<unsigned char>(what[0])) != 0;
    expected.push_back(GetParam() + (placed ? ":" : ": ") + what);
  }
  EXPECT_THAT(expected, Not(IsEmpty()));
  EXPECT_EQ(faults_of(text, GetParam()), expected);
}

std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param.substr(12, info.param.size() - 17);
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, BadProfile, ::testing::ValuesIn(bad_files()), test_name);

TEST(ProfileReader, ReadsEveryShippedProfileWithoutAFault) {
  std::vector<Fault> faults;
  const auto profiles = read_profiles(SHOUWANG_SOURCE_DIR "/config/profiles", "profiles", faults);
  EXPECT_THAT(faults, IsEmpty());
  EXPECT_GT(profiles.size(), 60U);
  for (const device::Profile& profile : profiles) {
    EXPECT_NE(profile.source, "") << profile.name;
    EXPECT_NE(profile.about, "") << profile.name;
  }
}

TEST(ProfileReader, ReadsTheWholeLanguage) {
  std::vector<Fault> faults;
  const auto profile = read_profile(
      "profile: whole\nsource: s\nabout: a\nremark: r\nkind: gas\nlive_test: test\n"
      "strangers: unknown\nretained: treat_as_live\nbridge: b\ninterval: 8h\nsilent_after: "
      "26h\nsleeps: true\n"
      "cached: true\nrepeat_window: 5s\nstuck_after: 6h\ntest_limit: 2min\nmissing_max: 7\n"
      "acknowledge: s/{community}/{device}/ack\n"
      "messages:\n"
      "  - topics: [\"a/{community}/{x}\", \"b/{community}/{x:g-*}\"]\n"
      "    except: [a/c/#]\n"
      "    encoding: latin-1\n"
      "    applies: [{ at: /m, is: [1, \"1\"] }]\n"
      "    each: /d/*\n"
      "    device: /id\n"
      "    expects: [/g]\n"
      "    retained: ignore\n"
      "    time: { at: /t, format: [iso, \"%Y%m%d\"], zone: \"+08:00\", past: 1d, future: 1min, "
      "late: 1h }\n"
      "    link: { at: /q, unit: lqi }\n"
      "    event_id: /e\n    sequence: /s\n    boot: /b\n"
      "    fields:\n"
      "      - { at: /g, as: number, unit: ppm, scale: 0.5, invalid: [-1], ignore: [null],\n"
      "          range: [0, 100], levels: { alarm_at: 50, prealarm_at: 40, clear_at: 30, dwell: "
      "10s } }\n"
      "      - { at: \"{x}\", kind: sos, event: true, map: { a: [alarm, device tamper] }, "
      "otherwise: nothing }\n"
      "      - { always: smoke alarm, kind: smoke }\n"
      "      - { at: /h, as: hex, byte: 2, width: 4, order: big, mask: 0x10, map: { true: water "
      "alarm } }\n"
      "    when: [{ at: /t, is: true, kind: gas, then: { alarm: test, normal: nothing } }]\n",
      "whole.yaml", faults);
  EXPECT_THAT(faults, IsEmpty());
  ASSERT_TRUE(profile);
  EXPECT_EQ(profile->live_test, device::LiveTest::test);
  EXPECT_EQ(profile->strangers, device::Strangers::unknown);
  EXPECT_EQ(profile->retained, device::Retained::treat_as_live);
  EXPECT_EQ(profile->silent_after, std::chrono::hours{26});
  EXPECT_EQ(profile->interval, std::chrono::hours{8});
  EXPECT_EQ(profile->missing_max, 7);
  ASSERT_EQ(profile->forms.size(), 1U);
  const device::Form& form = profile->forms[0];
  EXPECT_EQ(form.topics.size(), 2U);
  EXPECT_TRUE(form.link.is_set);
  EXPECT_EQ(form.link_unit, device::LinkQuality::Unit::lqi);
  EXPECT_TRUE(form.latin1);
  EXPECT_EQ(form.applies[0].is, (std::vector<device::Typed>{1.0, std::string("1")}));
  EXPECT_EQ(form.naming, device::Form::Naming::value);
  EXPECT_EQ(form.retained, device::Retained::ignore);
  EXPECT_EQ(form.time->offset, std::chrono::hours{8});
  EXPECT_EQ(form.time->late, std::chrono::hours{1});
  ASSERT_EQ(form.fields.size(), 4U);
  EXPECT_EQ(form.fields[0].levels->dwell, std::chrono::seconds{10});
  EXPECT_EQ(form.fields[0].quantity->range, std::pair(0.0, 100.0));
  EXPECT_EQ(form.fields[1].at.capture, "x");
  EXPECT_TRUE(form.fields[1].otherwise.empty());
  EXPECT_EQ(form.fields[1].map[0].second[1].kind, device::Kind::device);
  EXPECT_EQ(form.fields[3].slice->offset, 2U);
  EXPECT_EQ(form.fields[3].mask, 16U);
  EXPECT_EQ(form.changes[0].then[1].second, std::nullopt);
}

TEST(ProfileReader, ReadsWhatDevicesCanBeTold) {
  std::vector<Fault> faults;
  const auto profile = read_profile(
      "profile: told\nsource: s\nkind: valve\ncommands:\n"
      "  close_valve: { topic: \"v/{community}/{device}/set\", payload: shut, confirmed_by: home,\n"
      "                 within: 5s, tries: 2 }\n"
      "  siren_on: { topic: \"v/{community}/{device}/siren\", payload: \"1\" }\n"
      "messages:\n  - topics: v/{community}/{device}\n    body: text\n"
      "    fields: [{ map: { shut: closed, wide: open, \"1\": \"on\" } }]\n",
      "told.yaml", faults);
  EXPECT_THAT(faults, IsEmpty());
  ASSERT_TRUE(profile);
  const std::vector<device::CommandForm> expected = {{.command = device::Command::close_valve,
                                                      .topic = "v/{community}/{device}/set",
                                                      .payload = "shut",
                                                      .confirmed_by = device::Witness::home,
                                                      .within = std::chrono::seconds{5},
                                                      .tries = 2},
                                                     {.command = device::Command::siren_on,
                                                      .topic = "v/{community}/{device}/siren",
                                                      .payload = "1"}};
  EXPECT_EQ(profile->commands, expected);
  EXPECT_EQ(topic_for(expected[0], "elm", "VA-1"), "v/elm/VA-1/set");
  for (const char* address : {"", "a+b", "#", "{device}", "x/#"}) {
    EXPECT_EQ(topic_for(expected[0], "elm", address), std::nullopt) << address;
  }
}

TEST(ProfileReader, EveryShippedValveThatCanBeToldIsToldToClose) {
  std::vector<Fault> faults;
  const auto profiles = read_profiles(SHOUWANG_SOURCE_DIR "/config/profiles", "profiles", faults);
  std::size_t valves = 0;
  for (const device::Profile& profile : profiles) {
    for (const device::CommandForm& form : profile.commands) {
      if (form.command != device::Command::close_valve) continue;
      ++valves;
      EXPECT_NE(form.confirmed_by, device::Witness::nobody) << profile.name;
      EXPECT_EQ(form.payload.find("open"), std::string::npos) << profile.name;
      EXPECT_EQ(form.payload.find("ON"), std::string::npos) << profile.name;
    }
  }
  EXPECT_GE(valves, 4U);
}

TEST(ProfileReader, WantsTheFilesName) {
  EXPECT_THAT(faults_of("profile: a\nsource: s\nmessages:\n  - topics: t/{device}\n", "b.yaml"),
              ElementsAre("b.yaml:1:10: `a` must be the file's name: `b`"));
}

TEST(ProfileReader, ComplainsOfADirectoryWithoutProfiles) {
  std::vector<Fault> faults;
  EXPECT_THAT(read_profiles(SHOUWANG_SOURCE_DIR "/tests/data/payloads", "profiles", faults),
              IsEmpty());
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(format(faults[0]), "profiles: there is no profile (*.yaml) here");
}

TEST(BadProfiles, AreAllHere) { EXPECT_EQ(bad_files().size(), 20U); }

}  // namespace
}  // namespace shouwang::config
