// The reference community in figures: which homes there are, who is old, who heads what.
//
// Integers only; no chance, no clock: every machine gets the same community, so that tests,
// simulator and benchmark speak of the same homes. Six tables of it have golden hashes
// (reference_test.cpp). Where a number comes from the community itself and where it was
// chosen is said at its constant.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace shouwang::reference {

inline constexpr int kHomes = 3100;      // As in the community.
inline constexpr int kResidents = 6990;  // "Nearly 7000".
inline constexpr int kBuildings = 11;    // As in the community; one of them without a head.
inline constexpr int kUnits = 45;        // As many as unit heads.
inline constexpr int kGrids = 10;        // As in the community.
inline constexpr int kNeighbours = 161;  // Opted-in neighbour homes, as in the community.
inline constexpr int kFloors = 6;        // Chosen: 24 homes in a unit make "over 1000" in all.
inline constexpr int kDoors = 4;         // Chosen.
inline constexpr int kLoneElders = 7;    // Of building 5; repeated elsewhere by choice.
inline constexpr int kOfficers = 10;     // Chosen: the duty pool of a similar community.
inline constexpr int kVolunteers = 400;  // "Over 400"; 40 a grid.
inline constexpr int kEquipped = kUnits * kFloors * kDoors;  // 1080 homes with a gas alarm.

// How many people are 60 or older: 18.0 % as in the community, or 62.5 % to stress the rules.
enum class Profile { e18, e62 };

struct Home {
  std::string id;         // "B05-U4-302"; "G03-X017" outside the buildings.
  int grid = 0;           // 1..10
  int building = 0;       // 1..11; 0: outside the buildings.
  int unit = 0;           // 1..5 in its building; 0: none.
  int floor = 0;          // 1..6; 0: outside.
  int door = 0;           // 1..4; outside: 1..202, its number in the grid.
  int size = 0;           // 1..5 people.
  int elders = 0;         // 0..size of them 60 or older.
  bool lone = false;      // Its one resident is an elder who counts as living alone.
  bool stranded = false;  // That elder can not come down the stairs.
};

// A person to tell about a home. The same person may stand for two homes.
struct Relative {
  std::size_t home = 0;  // Index into homes.
  int order = 1;         // 1..3
  int person = 0;        // "R0046" is 46.

  bool is_abroad() const { return person % 10 == 0; }
  bool is_at_work() const { return person % 7 == 3; }
  bool is_unreachable() const { return person % 25 == 24; }
};

// Officers of one stretch of eight hours, 1..10.
struct Duty {
  int a = 0;
  int b = 0;
};

struct Figures {
  std::vector<Home> homes;                  // The kEquipped ones first.
  std::vector<std::string> units;           // "B01-U1" ..
  std::vector<std::size_t> unit_heads;      // Home of the head of each unit.
  std::vector<std::size_t> building_heads;  // Of B01 .. B10; B10's looks after B11 too.
  std::vector<std::size_t> neighbours;      // Homes that opted in.
  std::vector<Relative> relatives;          // Ordered by home, then by order.
};

Figures figures(Profile profile);

// Who is on duty on `day` (0..) in `shift` (0: from midnight, 1: from 08:00, 2: from 16:00).
Duty duty(int day, int shift);

std::string building_name(int building);                            // "B05"
std::string grid_name(int grid);                                    // "G05"
std::string unit_name(int building, int unit);                      // "B05-U4"
std::string numbered(const char* letters, int number, int digits);  // ("R", 46, 4): "R0046"

}  // namespace shouwang::reference
