// The nearest extinguisher whose holder is not away, as a responder's card names it.

#include <gtest/gtest.h>

#include <memory>

#include "dispatch/card.h"
#include "tests/unit/escalation/calls.h"

namespace shouwang::escalation {
namespace {

using Ids = std::vector<std::string>;

class Extinguishers : public testing::Test {
 protected:
  dispatch::Card card(const std::string& place) {
    Scene scene(place);
    scene.incident.told.push_back(
        {.person = kOfficer, .roles = {household::Role::duty_a}, .at = scene.now});
    dispatch::Book book(registry_, std::make_shared<dispatch::Rules>(), 1);
    book.facts = away_;
    const Ladder ladder{.waves = {{.tell = {{.audience = Audience::duty_a}}}}};
    book.files.emplace(scene.incident.id, dispatch::File{.incident = scene.incident,
                                                         .ladder = ladder,
                                                         .progress = begin(ladder, scene.now)});
    return dispatch::card_for(book, scene.incident.id, kOfficer, {}, scene.now).value();
  }
  void mark_away(const std::string& subject) {
    Scene scene("B05-U1");
    scene.mark_away(subject);
    away_.push_back(scene.facts[0]);
  }

  const PersonId kOfficer{"OF04"};

 private:
  static std::shared_ptr<const household::Registry> shared() {
    auto made = reference::build();
    return std::make_shared<const household::Registry>(std::move(made.community),
                                                       std::move(made.records));
  }
  std::shared_ptr<const household::Registry> registry_ = shared();
  std::vector<household::DatedFact> away_;
};

TEST_F(Extinguishers, AreNamedInsideAndOutsideTheStairwell) {
  const auto shown = card("B05-U1");
  EXPECT_EQ(shown.extinguisher_inside->id, "EX-B05-U1");
  EXPECT_EQ(shown.extinguisher_inside->holder, HouseholdId("B05-U1-103"));
  EXPECT_EQ(shown.extinguisher_outside->id, "EX-B05-U2");
  EXPECT_EQ(shown.extinguisher_outside->holder, HouseholdId("B05-U2-101"));
  EXPECT_EQ(shown.extinguishers_locked, Ids{});
}

TEST_F(Extinguishers, BehindALockedDoorAreNamedAsSuchAndTheNextIsFound) {
  mark_away("B05-U1-103/1");
  const auto shown = card("B05-U1");
  EXPECT_EQ(shown.extinguisher_inside, std::nullopt);
  EXPECT_EQ(shown.extinguisher_outside->id, "EX-B05-U2");
  EXPECT_EQ(shown.extinguishers_locked, Ids{"EX-B05-U1"});
}

TEST_F(Extinguishers, AreLockedToWhenTheWholeHomeIsAway) {
  mark_away("B05-U2-101");
  const auto shown = card("B05-U1");
  EXPECT_EQ(shown.extinguisher_outside->id, "EX-B05-U3");
  EXPECT_EQ(shown.extinguishers_locked, Ids{"EX-B05-U2"});
}

TEST_F(Extinguishers, AreSoughtInTheGridWhenTheBuildingHasNoneLeftAndEachIsNamedOnce) {
  for (const char* holder : {"B10-U1", "B10-U2", "B10-U3", "B10-U4"}) {
    const Scene scene(holder);
    for (const auto* item : scene.registry().equipment_in(AreaId(holder))) {
      if (!item->holder.empty()) mark_away(item->holder.str());
    }
  }
  const auto shown = card("B10-U1");
  EXPECT_EQ(shown.extinguisher_inside, std::nullopt);
  EXPECT_EQ(shown.extinguisher_outside->id, "EX-B11-U1");
  EXPECT_EQ(shown.extinguishers_locked, (Ids{"EX-B10-U1", "EX-B10-U2", "EX-B10-U3", "EX-B10-U4"}));
}

TEST_F(Extinguishers, AreSoughtInTheGridForAHomeWithoutUnit) {
  const auto shown = card("G03-X017");
  EXPECT_EQ(shown.extinguisher_inside, std::nullopt);
  EXPECT_EQ(shown.extinguisher_outside->id, "EX-B03-U1");
}

}  // namespace
}  // namespace shouwang::escalation
