#include "tests/unit/device/library.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "config/profile_reader.h"

namespace shouwang::device {
namespace {

void stop_on(std::vector<config::Fault> faults) {
  config::put_in_order(faults);
  for (const config::Fault& fault : faults)
    std::fprintf(stderr, "%s\n", config::format(fault).c_str());
  if (!faults.empty()) std::abort();
}

}  // namespace

Profile profile_in(std::string_view yaml) {
  std::vector<config::Fault> faults;
  const std::string text = "profile: test\nsource: a test\n" + std::string(yaml);
  auto profile = config::read_profile(text, "test.yaml", faults);
  stop_on(faults);
  return *profile;
}

const Decoder& library() {
  static const Decoder decoder([] {
    std::vector<config::Fault> faults;
    auto profiles =
        config::read_profiles(SHOUWANG_SOURCE_DIR "/config/profiles", "profiles", faults);
    stop_on(faults);
    return profiles;
  }());
  return decoder;
}

const Profile& shipped(std::string_view name) {
  for (const Profile& profile : library().profiles()) {
    if (profile.name == name) return profile;
  }
  std::fprintf(stderr, "there is no profile %s\n", std::string(name).c_str());
  std::abort();
}

Directory directory_of(const std::vector<Profile>& profiles,
                       std::initializer_list<Listed> devices) {
  std::vector<Device> list;
  for (const Listed& one : devices) {
    list.push_back({.id = DeviceId(one.id), .profile = one.profile, .address = one.address});
  }
  const Listing listing{.community = CommunityId("changshan"), .devices = list};
  auto directory = Directory::build(profiles, std::span(&listing, 1));
  EXPECT_TRUE(directory) << directory.error().front();
  return std::move(*directory);
}

void PrintTo(const Signal& signal, std::ostream* out) {
  *out << signal.kind << ":" << signal.meaning;
  if (signal.value) *out << " " << *signal.value << " " << signal.unit;
  if (signal.covers) *out << " (covers " << *signal.covers << ")";
}

Report report_of(const Profile& profile, const Message& message) {
  const Decoder decoder({profile});
  auto decoding = decoder.decode(message, now(), Directory());
  EXPECT_EQ(decoding.reports.size(), 1U) << explain(decoding.outcome);
  return decoding.reports.empty() ? Report{} : std::move(decoding.reports.front().report);
}

std::vector<Signal> signals_of(const Profile& profile, std::string_view payload) {
  return report_of(profile, {.topic = "t/1", .payload = payload}).signals;
}

}  // namespace shouwang::device
