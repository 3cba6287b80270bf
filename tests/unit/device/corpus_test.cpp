// Every recorded payload of tests/data/payloads, read by the shipped profiles.
//
// A line has topic, payload (or payload_base64), retain; `listed` puts the device into the device
// list; `now` is the time of the message; `doubt` says why the expected signals are less than what
// the device may have meant. `expect` is what `shouwangctl decode` prints, with the report's
// device time, event id and freshness beside it.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <set>

#include "app/decode.h"
#include "tests/unit/device/library.h"

namespace shouwang::device {
namespace {

namespace json = boost::json;

struct Line {
  std::string file;
  std::string id;
  std::string text;
};

std::ostream& operator<<(std::ostream& out, const Line& line) {
  return out << line.file << ": " << line.text;
}

std::vector<Line> lines() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(SHOUWANG_SOURCE_DIR "/tests/data/payloads")) {
    files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Line> all;
  for (const auto& file : files) {
    std::ifstream in(file);
    for (std::string text; std::getline(in, text);) {
      const std::string id(json::parse(text).at("id").as_string());
      all.push_back({file.stem().string(), id, text});
    }
  }
  return all;
}

class Corpus : public ::testing::TestWithParam<Line> {
 protected:
  const json::object record_ = json::parse(GetParam().text).as_object();

  std::string text(const char* key) const { return std::string(record_.at(key).as_string()); }
  bool has(const char* key) const { return record_.contains(key); }

  std::vector<Device> listed() const {
    if (!has("listed")) return {};
    const json::object& one = record_.at("listed").as_object();
    return {{.id = DeviceId(std::string(one.at("device").as_string())),
             .profile = std::string(one.at("profile").as_string()),
             .address = std::string(one.at("address").as_string())}};
  }
};

TEST_P(Corpus, IsReadAsExpected) {
  const std::vector<Device> devices = listed();
  const std::vector<Listing> listings = {{CommunityId("changshan"), devices}};
  const auto directory = Directory::build(library().profiles(), listings);
  ASSERT_TRUE(directory) << directory.error().front();
  const app::DecodeFace face{library(), *directory, listings};
  const Instant when = has("now") ? at(text("now")) : now();

  const auto out = app::decode_line(face, GetParam().text, when);
  ASSERT_TRUE(out) << out.error().what;
  json::object expected = record_.at("expect").as_object();
  for (const char* key : {"time", "event", "fresh"}) expected.erase(key);
  EXPECT_EQ(json::parse(*out), json::value(expected)) << *out;
}

TEST_P(Corpus, IsStampedAsExpected) {
  if (!has("payload")) return;  // Raw bytes carry no stamps; see the test above.
  const std::vector<Device> devices = listed();
  const std::vector<Listing> listings = {{CommunityId("changshan"), devices}};
  const auto directory = Directory::build(library().profiles(), listings);
  ASSERT_TRUE(directory);
  const std::string topic = text("topic");
  const std::string payload = text("payload");
  const bool retained = record_.at("retain").as_bool();
  const Instant when = has("now") ? at(text("now")) : now();
  const auto decoding = library().decode({topic, payload, retained}, when, *directory);
  const json::object& expected = record_.at("expect").as_object();
  ASSERT_EQ(decoding.reports.empty(), !expected.contains("fresh"));
  if (decoding.reports.empty()) return;
  const Report& report = decoding.reports.front().report;
  EXPECT_EQ(report.fresh, expected.at("fresh").as_bool());
  EXPECT_EQ(report.event_id,
            expected.at("event").is_null() ? "" : expected.at("event").as_string().c_str());
  EXPECT_EQ(report.device_time ? format_utc(*report.device_time) : "",
            expected.at("time").is_null() ? "" : expected.at("time").as_string().c_str());
}

std::string test_name(const ::testing::TestParamInfo<Line>& info) {
  std::string name = info.param.file + "_" + info.param.id;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, Corpus, ::testing::ValuesIn(lines()), test_name);

TEST(CorpusFiles, HoldEveryRecordedPayload) {
  std::set<std::string> recorded;
  for (const Line& line : lines()) {
    const bool is_recorded = line.id.size() == 4 && line.id.front() == 'p' &&
                             line.id.find_first_not_of("0123456789", 1) == std::string::npos;
    if (is_recorded) recorded.insert(line.id);
  }
  EXPECT_EQ(recorded.size(), 151U);
}

// A record whose basis does not make it a fixture says what is doubtful.
TEST(CorpusFiles, SayWhatIsDoubtful) {
  for (const Line& line : lines()) {
    const json::object record = json::parse(line.text).as_object();
    const std::string_view basis(record.at("basis").as_string());
    if (basis == "illustrative" || basis == "from-memory" || basis.ends_with("-fragment")) {
      EXPECT_TRUE(record.contains("doubt")) << line;
    }
  }
}

}  // namespace
}  // namespace shouwang::device
