// The schema for editors knows the same keys and words as the reader.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "config/profile_reader.h"
#include "device/signal.h"

namespace shouwang::config {
namespace {

namespace json = boost::json;
using Words = std::set<std::string>;

json::value schema() {
  std::ostringstream text;
  text << std::ifstream(SHOUWANG_SOURCE_DIR "/config/profiles/profile.schema.json").rdbuf();
  return json::parse(text.str());
}

// The keys under `properties` at a JSON pointer.
Words properties_at(const std::string& pointer) {
  const json::value root = schema();
  Words words;
  for (const auto& [key, value] : root.at_pointer(pointer + "/properties").as_object()) {
    words.insert(std::string(key));
  }
  return words;
}

Words words_at(const std::string& pointer) {
  const json::value root = schema();
  Words words;
  for (const auto& word : root.at_pointer(pointer).as_array()) {
    words.insert(std::string(word.as_string()));
  }
  return words;
}

// The keys that the reader allows where it meets the key `nonsense`, in all of `messages`.
Words allowed_by_reader(const std::string& messages) {
  std::vector<Fault> faults;
  read_profile("profile: x\nsource: s\n" + messages, "x.yaml", faults);
  Words words;
  for (const Fault& fault : faults) {
    const std::string begin = "unknown key `nonsense`; allowed: ";
    if (!fault.what.starts_with(begin)) continue;
    std::istringstream list(fault.what.substr(begin.size()));
    for (std::string word; std::getline(list, word, ',');) {
      words.insert(word.substr(word.find_first_not_of(' ')));
    }
  }
  return words;
}

TEST(ProfileSchema, KnowsTheKeysOfAProfile) {
  EXPECT_EQ(properties_at(""), allowed_by_reader("nonsense: 1\nmessages: []\n"));
}

TEST(ProfileSchema, KnowsTheKeysOfAMessage) {
  EXPECT_EQ(properties_at("/definitions/message"),
            allowed_by_reader("messages: [{ nonsense: 1 }]\n"));
}

TEST(ProfileSchema, KnowsTheKeysOfAField) {
  Words both = allowed_by_reader("messages: [{ fields: [{ nonsense: 1, map: { 1: alarm } }] }]\n");
  both.merge(allowed_by_reader("messages: [{ fields: [{ nonsense: 1, unit: x }] }]\n"));
  both.merge(allowed_by_reader("messages: [{ fields: [{ nonsense: 1, always: alarm }] }]\n"));
  EXPECT_EQ(properties_at("/definitions/field"), both);
}

TEST(ProfileSchema, KnowsTheKeysOfEveryOtherPart) {
  const std::string field = "messages: [{ fields: [{ ";
  EXPECT_EQ(properties_at("/definitions/field/properties/value"),
            allowed_by_reader(field + "map: { 1: alarm }, value: { nonsense: 1 } }] }]\n"));
  EXPECT_EQ(properties_at("/definitions/field/properties/levels"),
            allowed_by_reader(field + "unit: x, levels: { nonsense: 1 } }] }]\n"));
  EXPECT_EQ(properties_at("/definitions/message/properties/time"),
            allowed_by_reader("messages: [{ time: { nonsense: 1 } }]\n"));
  EXPECT_EQ(properties_at("/definitions/message/properties/link"),
            allowed_by_reader("messages: [{ link: { nonsense: 1 } }]\n"));
  EXPECT_EQ(properties_at("/definitions/message/properties/when/items"),
            allowed_by_reader("messages: [{ when: [{ nonsense: 1 }] }]\n"));
  EXPECT_EQ(properties_at("/definitions/message/properties/applies/items"),
            allowed_by_reader("messages: [{ applies: [{ nonsense: 1 }] }]\n"));
}

TEST(ProfileSchema, KnowsKindsAndMeanings) {
  Words kinds;
  for (std::size_t i = 0; i < device::kKindCount; ++i) {
    kinds.insert(std::string(name_of(static_cast<device::Kind>(i))));
  }
  EXPECT_EQ(words_at("/definitions/kind/enum"), kinds);
  Words meanings;
  for (int i = 0; i <= static_cast<int>(device::Meaning::unknown); ++i) {
    meanings.insert(std::string(name_of(static_cast<device::Meaning>(i))));
  }
  const std::string then = "/definitions/message/properties/when/items/properties/then";
  EXPECT_EQ(words_at(then + "/propertyNames/enum"), meanings);
}

}  // namespace
}  // namespace shouwang::config
