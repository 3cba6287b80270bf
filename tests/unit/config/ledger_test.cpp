#include "config/ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>

#include "tests/unit/config/directory.h"

namespace shouwang::config {
namespace {

using household::DatedFact;
using household::Fact;
using household::Household;
using household::Neighbours;
using household::Person;
using household::Records;

const std::filesystem::path kSound = kData / "ledgers/sound";
const Instant kNow = *parse_utc("2026-01-15T12:00:00Z");

Instant toronto(const char* text) { return *parse_utc(std::string(text) + ":00-05:00"); }

const Config& elm() {
  static const Config loaded = load(kData / "config/sound").value();
  return loaded;
}

class Importing : public testing::Test {
 protected:
  Import import(const std::filesystem::path& directory, ImportOptions options = {.now = kNow}) {
    return import_ledgers(directory, {elm(), elm().communities[0], current_}, options);
  }
  static std::string lines(const std::vector<Fault>& faults) {
    std::string text;
    for (const Fault& fault : faults) text += format(fault) + "\n";
    return text;
  }

  Records current_;
};

// --- Every planted fault, by a directory of tests/data/ledgers that differs from sound/ ---

std::vector<std::string> fixtures() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kData / "ledgers")) {
    if (entry.path().filename() != "sound") names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

class PlantedFault : public Importing, public testing::WithParamInterface<std::string> {};

TEST_P(PlantedFault, IsNamedByLineAndNothingElseIs) {
  const auto fixture = kData / "ledgers" / GetParam();
  const Directory directory(kSound);
  directory.overlay(fixture);
  std::filesystem::remove(directory.path() / "expected");
  const Import made = import(directory.path());
  std::string report;
  for (const Fault& fault : made.faults) report += "fault   " + format(fault) + "\n";
  for (const Fault& fault : made.warnings) report += "warning " + format(fault) + "\n";
  EXPECT_EQ(report, read_file(fixture / "expected"));
  EXPECT_EQ(made.is_accepted, made.faults.empty());
  if (made.is_accepted) return;
  EXPECT_EQ(made.records, current_) << "the old records stay";
}

INSTANTIATE_TEST_SUITE_P(EachFixture, PlantedFault, testing::ValuesIn(fixtures()),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(PlantedFaults, OfTheRequirementsAllHaveAFixture) {
  const auto there = fixtures();
  for (const char* name :
       {"bad-utf8", "lost-digit", "dup-block", "mixed-script", "full-width", "no-unit", "rota-gap",
        "rota-same-AB", "head-missing", "device-twice", "relative-loop", "expired-quarantine",
        "stale-contact", "eight-faults"}) {
    EXPECT_NE(std::ranges::find(there, name), there.end()) << name;
  }
}

// --- What a sound import gives ---

class SoundLedgers : public Importing {};

TEST_F(SoundLedgers, AreAcceptedWithoutARemark) {
  const Import made = import(kSound);
  EXPECT_TRUE(made.is_accepted);
  EXPECT_EQ(lines(made.faults) + lines(made.warnings) + lines(made.left_out), "");
  EXPECT_EQ(made.counts, (std::vector<LedgerCount>{{"households.csv", 5, 5},
                                                   {"residents.csv", 4, 4},
                                                   {"persons.csv", 8, 8},
                                                   {"contacts.csv", 3, 3},
                                                   {"holders.csv", 3, 3},
                                                   {"rota.csv", 5, 5},
                                                   {"guarantors.csv", 1, 1},
                                                   {"equipment.csv", 2, 2},
                                                   {"facts.csv", 2, 2}}));
}

TEST_F(SoundLedgers, GiveTheHouseholdsWithTheirPeopleInOrder) {
  const Records records = import(kSound).records;
  household::Facts facts;
  for (const Fact fact : {Fact::elder, Fact::lives_alone, Fact::cannot_descend}) facts.set(fact);
  const Household expected{.id = HouseholdId("B1-U1-101"),
                           .area = AreaId("B1-U1"),
                           .label = "101",
                           .neighbours = Neighbours::opted_in,
                           .residents = {{.person = PersonId("B1-U1-101/1"),
                                          .facts = facts,
                                          .note = "speak loud, knock twice",
                                          .badge = "E-17"}},
                           .contacts = {{.person = PersonId("R1"),
                                         .relation = "daughter",
                                         .far_away = true,
                                         .at_work = DailyHours{.from_minute = 9 * 60,
                                                               .until_minute = 17 * 60 + 30,
                                                               .weekdays_only = true}},
                                        {.person = PersonId("R2"), .relation = "niece"}}};
  ASSERT_EQ(records.households.size(), 5U);
  EXPECT_EQ(records.households[0], expected);
  EXPECT_EQ(
      records.households[1].residents[1].alone_hours,
      (DailyHours{.from_minute = 15 * 60 + 30, .until_minute = 18 * 60, .weekdays_only = true}));
  EXPECT_EQ(records.households[3].use, household::Use::shop);
  EXPECT_EQ(records.households[4].area, AreaId("elm")) << "no unit, no building";
}

TEST_F(SoundLedgers, GiveThePersonsWithLocalTimesAsMoments) {
  const Records records = import(kSound).records;
  ASSERT_EQ(records.persons.size(), 8U);
  EXPECT_EQ(records.persons[3],
            (Person{.id = PersonId("R1"),
                    .language = "en",
                    .addresses = {{"push", "test:R1/push"}, {"sms", "test:R1/sms"}},
                    .zone = "Asia/Shanghai",
                    .verified_at = toronto("2025-12-01T08:30")}));
  EXPECT_EQ(records.persons[4].verified_at, *parse_utc("2025-12-01T08:30:00Z"));
  EXPECT_EQ(records.persons[1].home, HouseholdId("B1-U1-102")) << "from the ledger of residents";
  EXPECT_EQ(records.persons[2].addresses, (std::vector<household::Address>{{"inbox", ""}}));
}

TEST_F(SoundLedgers, GivePostsRotaGuarantorsEquipmentAndFacts) {
  const Import made = import(kSound);
  const Records& records = made.records;
  EXPECT_EQ(records.holdings[1], (household::Holding{.post = PostId("PT"),
                                                     .person = PersonId("OF1"),
                                                     .from = toronto("2025-01-01T00:00"),
                                                     .until = toronto("2026-02-01T00:00")}));
  EXPECT_EQ(records.shifts.back(), (household::Shift{.from = toronto("2026-02-02T00:00"),
                                                     .until = toronto("2026-02-10T00:00"),
                                                     .a = PersonId("OF2"),
                                                     .b = PersonId("P1")}))
      << "24:00 is the end of the day";
  EXPECT_EQ(records.guarantees[0].guarantor, PersonId("OF1"));
  EXPECT_EQ(records.equipment[0].holder, HouseholdId("B1-U1-102"));
  EXPECT_EQ(records.equipment[1].kind, household::Equipment::Kind::micro_station);
  ASSERT_TRUE(made.facts);
  EXPECT_EQ(made.facts->at(0), (DatedFact{.kind = DatedFact::Kind::away,
                                          .subject = "B1-U2-201",
                                          .from = toronto("2026-01-10T00:00"),
                                          .until = toronto("2026-01-20T00:00"),
                                          .author = "OF1",
                                          .note = ""}));
}

TEST_F(SoundLedgers, AreTheSameOnceWrittenOutAndReadAgain) {
  const Import made = import(kSound);
  const Directory directory(kSound);
  for (const auto& [file, text] :
       ledgers_of(made.records, *made.facts, elm().communities[0].estate.zone)) {
    directory.write(file, text);
  }
  const Import again = import(directory.path());
  EXPECT_EQ(lines(again.faults), "");
  EXPECT_EQ(again.records, made.records);
  EXPECT_EQ(again.facts, made.facts);
}

// --- Replacing, keeping, leaving out ---

class ImportOver : public Importing {
 protected:
  ImportOver() { current_ = import(kSound).records; }

  // A directory with only these ledgers.
  static std::unique_ptr<Directory> only(const std::map<std::string, std::string>& ledgers) {
    auto made = std::make_unique<Directory>(kSound);
    for (const auto& entry : std::filesystem::directory_iterator(made->path())) {
      if (!ledgers.contains(entry.path().filename())) std::filesystem::remove(entry.path());
    }
    for (const auto& [file, text] : ledgers) made->write(file, text);
    return made;
  }
};

TEST_F(ImportOver, ReplacesOnlyTheLedgersThatAreThere) {
  const auto directory = only({{"contacts.csv", "household,person\nB1-U2-201,R2\n"}});
  const Import made = import(directory->path());
  EXPECT_EQ(lines(made.faults), "");
  Records expected = current_;
  expected.households[0].contacts.clear();
  expected.households[2].contacts = {{.person = PersonId("R2")}};
  EXPECT_EQ(made.records, expected);
  EXPECT_EQ(made.facts, std::nullopt);
  EXPECT_EQ(lines(made.warnings),
            "contacts.csv: household B1-U1-101 has a device and nobody to tell\n");
}

TEST_F(ImportOver, KeepsResidentsAndContactsOfHouseholdsThatAreListedAgain) {
  const auto directory = only({{"households.csv",
                                "id,area,label\nB1-U1-101,B1-U1,101\nB1-U2-201,B1-U2,201\n"
                                "B1-U1-102,B1-U1,102\nhut,elm,hut\nB2-1,B2,1\n"}});
  const Import made = import(directory->path());
  EXPECT_EQ(lines(made.faults), "");
  EXPECT_EQ(made.records.households[0].contacts, current_.households[0].contacts);
  EXPECT_EQ(made.records.households[1].residents, current_.households[2].residents);
  EXPECT_EQ(made.records.persons, current_.persons);
}

TEST_F(ImportOver, RefusesAPersonMissingWhoIsStillReferredTo) {
  std::string persons = read_file(kSound / "persons.csv");
  const std::size_t at = persons.find("R2,");
  persons.erase(at, persons.find('\n', at) + 1 - at);
  const auto directory = only({{"persons.csv", persons}});
  const Import made = import(directory->path());
  EXPECT_FALSE(made.is_accepted);
  EXPECT_EQ(lines(made.faults),
            "contacts on record: contact of B1-U1-101: person `R2` does not exist; did you mean "
            "`R1`?\n");
  EXPECT_EQ(made.records, current_);
}

TEST_F(ImportOver, RefusesADirectoryWithoutLedgers) {
  const auto directory = only({});
  const Import made = import(directory->path());
  EXPECT_FALSE(made.is_accepted);
  ASSERT_EQ(made.faults.size(), 1U);
  EXPECT_TRUE(made.faults[0].what.starts_with("holds no ledger; ledgers are households.csv, "));
  EXPECT_FALSE(import("/nonexistent/ledgers").is_accepted);
}

TEST_F(ImportOver, HandsAPostOverByOneDatedLine) {
  const auto directory = only({{"holders.csv",
                                "post,person,from\nUH1,B1-U1-102/1,2025-01-01\nPT,OF1,2025-01-01\n"
                                "PT,OF2,2026-08-01\n"}});
  const Import made = import(directory->path());
  ASSERT_TRUE(made.is_accepted) << lines(made.faults);
  const household::Registry registry(elm().communities[0].estate, made.records);
  const auto& patrol = *registry.post(PostId("PT"));
  const Instant august = *parse_utc("2026-08-01T00:00:00-04:00");
  EXPECT_EQ(registry.holder(patrol, august - Millis{1}), PersonId("OF1"));
  EXPECT_EQ(registry.holder(patrol, august), PersonId("OF2"));
}

class PartialImport : public Importing {
 protected:
  Import partial(const std::string& fixture) {
    const Directory directory(kSound);
    directory.overlay(kData / "ledgers" / fixture);
    return import(directory.path(), {.now = kNow, .accept_partial = true});
  }
};

TEST_F(PartialImport, LeavesOutTheDamagedRowAndWhatHangsOnItAndListsBoth) {
  const Import made = partial("chain");
  EXPECT_TRUE(made.is_accepted);
  EXPECT_EQ(lines(made.faults),
            "households.csv:2: column `label`: `?` inside a number: a digit was lost\n");
  EXPECT_EQ(lines(made.left_out),
            "contacts.csv:2: contact of B1-U1-101: the row of `B1-U1-101` was refused\n"
            "contacts.csv:3: contact of B1-U1-101: the row of `B1-U1-101` was refused\n"
            "facts.csv:3: fact: the row of `B1-U1-101` was refused\n"
            "guarantors.csv:2: guarantor of B1-U1-101: the row of `B1-U1-101` was refused\n"
            "persons.csv:2: person B1-U1-101/1: the row of `B1-U1-101` was refused; taken without "
            "a home\n"
            "residents.csv:2: resident B1-U1-101/1: the row of `B1-U1-101` was refused\n");
  Records expected = import(kSound).records;
  expected.households.erase(expected.households.begin());
  expected.persons[0].home = HouseholdId();
  expected.guarantees.clear();
  EXPECT_EQ(made.records, expected);
}

TEST_F(PartialImport, OfARotaNamesTheHoursThatARefusedShiftLeavesUncovered) {
  const Import made = partial("rota-same-AB");
  EXPECT_EQ(lines(made.left_out),
            "rota.csv:5: nobody is on duty from 2026-01-19 00:00 to 2026-01-26 00:00 (168 h)\n");
  EXPECT_EQ(made.records.shifts.size(), 4U);
}

TEST_F(PartialImport, TakesALedgerThatIsThereTwiceOnce) {
  EXPECT_EQ(partial("dup-block").records, import(kSound).records);
}

TEST_F(PartialImport, NeverGivesRecordsThatDoNotFitTogether) {
  for (const std::string& fixture : fixtures()) {
    const Import made = partial(fixture);
    EXPECT_TRUE(made.is_accepted) << fixture;
    EXPECT_EQ(household::check(elm().communities[0].estate, made.records),
              std::vector<std::string>{})
        << fixture;
  }
}

// --- Text ---

TEST_F(Importing, NarrowsFullWidthDigitsOnlyWhereDigitsBelongAndOnlyIfTold) {
  const Directory directory(kSound);
  directory.overlay(kData / "ledgers/full-width");
  const Import made = import(directory.path(), {.now = kNow, .narrow_digits = true});
  EXPECT_EQ(lines(made.faults), "");
  EXPECT_EQ(made.records.persons[0].verified_at, toronto("2026-01-02T00:00"));
  EXPECT_EQ(made.records.households[2].contacts.size(), 1U);
  EXPECT_EQ(made.records.households[4].label, "东门１岗亭") << "a label stays as it was written";
}

TEST_F(Importing, KeepsRareAndTraditionalCharactersByteForByte) {
  const Directory directory(kSound);
  directory.overlay(kData / "ledgers/rare-characters");
  const Import made = import(directory.path());
  EXPECT_EQ(made.records.households[0].residents[0].note, "𠮷野さん 社區 １３８ 🔔, knock twice");
}

// --- Fitting what is on record to a changed configuration ---

TEST_F(ImportOver, DropsFromTheRecordsWhatTheConfigurationNoLongerHas) {
  Config changed = elm();
  auto& estate = changed.communities[0].estate;
  std::erase_if(estate.areas, [](const auto& area) { return area.id == AreaId("B1-U2"); });
  std::erase_if(estate.posts, [](const auto& post) {
    return post.id == PostId("PT") || post.id == PostId("UH2");
  });
  estate.posts[0].stand_in.reset();
  const Import fitted = fit_records({changed, changed.communities[0], current_}, kNow);
  EXPECT_EQ(household::check(estate, fitted.records), std::vector<std::string>{});
  EXPECT_EQ(fitted.records.households.size(), 4U);
  EXPECT_EQ(lines(fitted.left_out),
            "contacts on record: contact of B1-U2-201: the row of `B1-U2-201` was refused\n"
            "holders on record: holder of PT: post `PT` does not exist; there are: A, B, BH, UH1\n"
            "households on record: household B1-U2-201: area `B1-U2` does not exist; did you mean "
            "`B1-U1`?\n"
            "persons on record: person B1-U2-201/1: the row of `B1-U2-201` was refused; taken "
            "without a home\n"
            "residents on record: resident B1-U2-201/1: the row of `B1-U2-201` was refused\n");
}

TEST_F(ImportOver, LeavesRecordsThatFitAsTheyAre) {
  const Import fitted = fit_records({elm(), elm().communities[0], current_}, kNow);
  EXPECT_EQ(fitted.records, current_);
  EXPECT_TRUE(fitted.left_out.empty());
}

TEST_F(Importing, OfNothingIntoNothingFits) {
  EXPECT_EQ(fit_records({elm(), elm().communities[0], current_}, kNow).records, Records{});
}

}  // namespace
}  // namespace shouwang::config
