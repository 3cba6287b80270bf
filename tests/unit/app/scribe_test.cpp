#include "app/scribe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/elm.h"
#include "tests/support/texts.h"

namespace shouwang::app {
namespace {

using device::Meaning;
using household::Role;
using shouwang::testing::at;
using shouwang::testing::says;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

std::shared_ptr<config::Config> config_of(const std::string& url) {
  auto made = std::make_shared<config::Config>();
  made->catalogue = shouwang::testing::shipped_texts();
  made->language = "zh-CN";
  made->web.public_url = url;
  made->communities.push_back(
      {.estate = shouwang::testing::elm_community(), .rules = shouwang::testing::elm_rules()});
  return made;
}

class ScribeTest : public ::testing::Test {
 protected:
  ScribeTest() {
    dispatch::handle(book, says("GA-B1-U1-103", Meaning::alarm), at(0s));
    incident = book.files.begin()->first;
  }

  // The message that goes to `person` by push.
  Written to(const char* person) {
    book.outbox.advance(at(0s));
    for (const ParcelKey& key :
         book.outbox.take("push", 1000, dispatch::Urgency::technical, at(0s))) {
      taken.push_back(key);
    }
    for (const ParcelKey& key : taken) {
      const dispatch::Parcel* parcel = book.outbox.find(key);
      if (parcel->person == PersonId(person)) return scribe.write(book, {parcel}, at(0s)).front();
    }
    ADD_FAILURE() << person << " is not written to";
    return {};
  }
  web::PageRef page(const char* person) const {
    return {.community = CommunityId("elm"), .incident = incident, .person = PersonId(person)};
  }

  dispatch::Book book = shouwang::testing::elm_book();
  IncidentId incident;
  std::vector<ParcelKey> taken;
  Pages pages{std::string(32, 'k')};
  Scribe scribe{pages, config_of("https://watch.example")};
};

TEST_F(ScribeTest, AMessageCarriesTheReceiversOwnLink) {
  const Written written = to("anna");
  const std::string link = "https://watch.example" + pages.path(page("anna"));
  EXPECT_EQ(written.message.link, link);
  EXPECT_THAT(written.message.body, HasSubstr(link));
  EXPECT_NE(to("boris").message.link, link);
}

TEST_F(ScribeTest, WhatIsKeptHasNoLinkInIt) {
  const Written written = to("anna");
  EXPECT_THAT(written.body_kept, Not(HasSubstr("/p/")));
  EXPECT_THAT(written.body_kept, Not(HasSubstr(pages.token(page("anna")))));
  EXPECT_THAT(written.body_kept, HasSubstr("{{link"));
}

TEST_F(ScribeTest, AMessageSaysNothingOfAnybodysHealthOrNote) {
  for (const char* person : {"anna", "boris", "B1-U1-101/1", "of1"}) {
    const Written written = to(person);
    const std::string all = written.message.title + written.message.body;
    for (const char* word : {"ring twice", "alone", "descend", "elder"}) {
      EXPECT_THAT(all, Not(HasSubstr(word))) << person;
    }
  }
}

TEST_F(ScribeTest, EverybodyIsWrittenToInTheirOwnLanguage) {
  EXPECT_EQ(to("anna").message.language, "en") << "the community's";
  household::Records records = shouwang::testing::elm_records();
  for (auto& person : records.persons) {
    if (person.id == PersonId("boris")) person.language = "zh-CN";
  }
  book.registry =
      std::make_shared<household::Registry>(shouwang::testing::elm_community(), records);
  const Written written = to("boris");
  EXPECT_EQ(written.message.language, "zh-CN");
  EXPECT_THAT(written.message.title, HasSubstr("燃气报警"));
}

TEST_F(ScribeTest, AMessageGoesToTheAddressOfItsRoute) {
  const Written written = to("anna");
  EXPECT_EQ(written.message.address, "test:anna/push");
  EXPECT_EQ(written.message.incident, incident);
  EXPECT_TRUE(written.message.roles.has(Role::relative));
  EXPECT_EQ(written.message.attempt, 1);
}

TEST_F(ScribeTest, AnotherConfigurationHoldsFromTheNextMessageOn) {
  scribe.use(config_of("https://elsewhere.example"));
  EXPECT_TRUE(to("anna").message.link.starts_with("https://elsewhere.example/p/"));
}

TEST_F(ScribeTest, APagesOwnTextIsWhatThePersonWouldBeSentNow) {
  EXPECT_THAT(scribe.about(book, incident, PersonId("anna"), at(0s)).title, HasSubstr("GAS"));
  EXPECT_EQ(scribe.about(book, incident, PersonId("dir"), at(0s)), notify::Text{})
      << "nobody has told the director";
  EXPECT_EQ(scribe.about(book, IncidentId("none"), PersonId("anna"), at(0s)), notify::Text{});
}

TEST_F(ScribeTest, AWriterWithoutWordsStillSendsTheLink) {
  auto speechless = config_of("https://watch.example");
  speechless->catalogue.languages.clear();
  scribe.use(speechless);
  EXPECT_THAT(to("anna").message.body, HasSubstr(pages.path(page("anna"))));
}

}  // namespace
}  // namespace shouwang::app
