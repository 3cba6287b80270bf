#include "tools/reference/reference.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace shouwang::reference {
namespace {

using household::Fact;
using household::FilledBy;
using household::Person;
using household::Post;
using household::Role;
using household::Tier;
using std::chrono::days;
using std::chrono::hours;

constexpr hours kOffset{8};  // Asia/Shanghai has had no summer time since 1991.

class Builder {
 public:
  explicit Builder(const Options& options)
      : options_(options), all_(figures(options.profile)), midnight_(first_midnight(options)) {}

  Reference build() {
    areas();
    posts();
    devices();
    homes();
    relatives();
    officials();
    rota();
    equipment();
    return std::move(made_);
  }

 private:
  static Instant first_midnight(const Options& options) {
    return Instant(std::chrono::sys_days(options.first_day)) - kOffset;
  }

  std::string id(const std::string& plain) const { return options_.prefix + plain; }
  AreaId area_of(const Home& home) const {
    return AreaId(
        id(home.building == 0 ? grid_name(home.grid) : unit_name(home.building, home.unit)));
  }
  PersonId head_of(const std::string& home) const { return PersonId(id(home) + "/1"); }

  void areas() {
    auto& community = made_.community;
    community.id = CommunityId(id("changshan"));
    community.label = "长山花园";
    community.language = "zh-CN";
    community.zone = {.name = "Asia/Shanghai", .first_offset = kOffset, .changes = {}};
    const AreaId root(id("changshan"));
    community.areas.push_back({.id = root,
                               .tier = Tier::community,
                               .parent = {},
                               .label = community.label,
                               .shelter = "社区党群活动中心一楼"});
    for (int g = 1; g <= kGrids; ++g) {
      community.areas.push_back({.id = AreaId(id(grid_name(g))),
                                 .tier = Tier::grid,
                                 .parent = root,
                                 .label = "第" + std::to_string(g) + "网格",
                                 .shelter = ""});
      for (int b = g; b <= (g == kGrids ? kBuildings : g); ++b) building(g, b);
    }
  }

  void building(int grid, int number) {
    auto& areas = made_.community.areas;
    const AreaId own(id(building_name(number)));
    areas.push_back({.id = own,
                     .tier = Tier::building,
                     .parent = AreaId(id(grid_name(grid))),
                     .label = std::to_string(number) + "号楼",
                     .shelter = number == 5 ? "5号楼对面的老年食堂" : ""});
    for (const std::string& unit : all_.units) {
      if (!unit.starts_with(building_name(number) + "-")) continue;
      areas.push_back({.id = AreaId(id(unit)),
                       .tier = Tier::unit,
                       .parent = own,
                       .label = unit.substr(unit.size() - 1) + "单元",
                       .shelter = ""});
    }
  }

  void post(const std::string& plain, Role role, std::vector<std::string> areas,
            FilledBy filled_by = FilledBy::ledger) {
    Post post{.id = PostId(id(plain)), .role = role, .areas = {}, .filled_by = filled_by};
    for (const std::string& area : areas) post.areas.emplace_back(id(area));
    if (plain == "UH-B05-U1") post.stand_in = PostId(id("UH-B05-U2"));
    made_.community.posts.push_back(std::move(post));
  }

  void hold(const std::string& plain, PersonId person) {
    made_.records.holdings.push_back({.post = PostId(id(plain)),
                                      .person = std::move(person),
                                      .from = midnight_ - days{365},
                                      .until = {}});
  }

  void posts() {
    for (std::size_t i = 0; i < all_.units.size(); ++i) {
      const std::string name = "UH-" + all_.units[i];
      post(name, Role::unit_head, {all_.units[i]});
      hold(name, head_of(all_.homes[all_.unit_heads[i]].id));
    }
    for (std::size_t i = 0; i < all_.building_heads.size(); ++i) {
      const int b = static_cast<int>(i) + 1;
      const std::string name = numbered("BH", b, 2);
      std::vector<std::string> areas = {building_name(b)};
      if (b == 10 && !options_.b11_vacant) areas.push_back(building_name(11));
      post(name, Role::building_head, areas);
      hold(name, head_of(all_.homes[all_.building_heads[i]].id));
    }
    grid_posts("GL", Role::grid_head, 1);
    grid_posts("NW", Role::neighbour_watch, 2);
    grid_posts("PT", Role::patrol, 3);
    const std::string whole = "changshan";
    post("DUTY-A", Role::duty_a, {whole}, FilledBy::rota_a);
    post("DUTY-B", Role::duty_b, {whole}, FilledBy::rota_b);
    const std::vector<std::pair<std::string, std::pair<Role, std::string>>> office = {
        {"SEC", {Role::secretary, "ST01"}},
        {"DIR", {Role::director, "ST02"}},
        {"EL1", {Role::specialist, "EL01"}}};
    for (const auto& [name, seat] : office) {
      post(name, seat.first, {whole});
      hold(name, PersonId(id(seat.second)));
    }
  }

  // A post in every grid, held by the grid's `nth` volunteer.
  void grid_posts(const char* letters, Role role, int nth) {
    for (int g = 1; g <= kGrids; ++g) {
      const std::string name = numbered(letters, g, 2);
      post(name, role, {grid_name(g)});
      const int volunteer = (g - 1) * (kVolunteers / kGrids) + nth;
      hold(name, PersonId(id(numbered("V", volunteer, 3))));
    }
  }

  void devices() {
    auto& list = made_.community.devices;
    const auto add = [&](const std::string& plain, const std::string& place) {
      const std::string name = id(plain);
      list.push_back({.id = DeviceId(name),
                      .profile = "native",
                      .address = name,
                      .place = id(place),
                      .note = ""});
    };
    for (std::size_t k = 0; k < kEquipped; ++k) add("GA-" + all_.homes[k].id, all_.homes[k].id);
    for (const std::string& unit : all_.units) add("SM-" + unit, unit);
  }

  // A person whose ways are tried in the order given, each `test:<owner>/<channel>`.
  Person person(const std::string& plain, const std::string& owner,
                const std::vector<std::string>& channels) const {
    Person made{.id = PersonId(id(plain)), .verified_at = midnight_ - days{30}};
    for (const std::string& channel : channels) {
      made.addresses.push_back({.channel = channel, .address = "test:" + owner + "/" + channel});
    }
    return made;
  }

  std::vector<household::Resident> residents_of(const Home& home) const {
    std::vector<household::Resident> residents;
    for (int n = 1; n <= home.size; ++n) {
      household::Resident resident{.person = PersonId(id(home.id) + "/" + std::to_string(n))};
      if (n > home.size - home.elders) resident.facts.set(Fact::elder);
      if (home.lone) resident.facts.set(Fact::lives_alone);
      if (home.stranded) resident.facts.set(Fact::cannot_descend);
      if (home.id == "B05-U1-102" && n == 2) resident.facts.set(Fact::wanders);
      if (home.id == "B01-U1-201" && n == 3) resident.facts.set(Fact::memory_trouble);
      residents.push_back(std::move(resident));
    }
    return residents;
  }

  void homes() {
    std::set<std::size_t> heads(all_.unit_heads.begin(), all_.unit_heads.end());
    heads.insert(all_.building_heads.begin(), all_.building_heads.end());
    const std::set<std::size_t> neighbours(all_.neighbours.begin(), all_.neighbours.end());
    for (std::size_t k = 0; k < all_.homes.size(); ++k) {
      const Home& home = all_.homes[k];
      const std::string door = home.building == 0 ? std::to_string(home.door) + "号"
                                                  : home.id.substr(home.id.size() - 3);
      made_.records.households.push_back({.id = HouseholdId(id(home.id)),
                                          .area = area_of(home),
                                          .label = door,
                                          .neighbours = neighbours.contains(k)
                                                            ? household::Neighbours::opted_in
                                                            : household::Neighbours::no,
                                          .residents = residents_of(home),
                                          .contacts = {}});
      std::vector<std::string> channels = {"push", "voice"};
      if (heads.contains(k)) channels = {"push", "sms", "voice"};
      Person phone = person(home.id + "/1", id(home.id) + "/1", channels);
      phone.home = HouseholdId(id(home.id));
      made_.records.persons.push_back(std::move(phone));
    }
  }

  void relatives() {
    std::set<int> known;
    for (const Relative& relative : all_.relatives) {
      const std::string plain = numbered("R", relative.person, 4);
      household::Contact contact{
          .person = PersonId(id(plain)), .relation = "家属", .far_away = relative.is_abroad()};
      if (relative.is_at_work()) {
        contact.at_work =
            DailyHours{.from_minute = 9 * 60, .until_minute = 17 * 60 + 30, .weekdays_only = true};
      }
      made_.records.households[relative.home].contacts.push_back(std::move(contact));
      if (!known.insert(relative.person).second) continue;
      const std::string owner = (relative.is_unreachable() ? "dead/" : "") + id(plain);
      Person made = person(plain, owner, {"push", "sms", "voice"});
      if (relative.is_abroad()) made.zone = "America/Toronto";
      made_.records.persons.push_back(std::move(made));
    }
  }

  void officials() {
    std::vector<std::string> names;
    for (int n = 1; n <= kOfficers; ++n) names.push_back(numbered("OF", n, 2));
    for (int n = 1; n <= kVolunteers; ++n) names.push_back(numbered("V", n, 3));
    names.insert(names.end(), {"ST01", "ST02", "EL01"});
    for (const std::string& name : names) {
      Person made = person(name, id(name), {"push", "sms", "voice"});
      if (name == "EL01") made.skills = "electric";
      made_.records.persons.push_back(std::move(made));
    }
  }

  void rota() {
    using namespace std::chrono;
    const year_month_day last = options_.first_day + years{options_.rota_years};
    const auto last_day = sys_days(last.ok() ? last : last.year() / last.month() / 28);
    const int count = static_cast<int>((last_day - sys_days(options_.first_day)).count());
    for (int day = 0; day < count; ++day) {
      for (int shift = 0; shift < 3; ++shift) {
        const Duty on = duty(day, shift);
        const Instant from = midnight_ + days{day} + hours{8 * shift};
        made_.records.shifts.push_back({.from = from,
                                        .until = from + hours{8},
                                        .a = PersonId(id(numbered("OF", on.a, 2))),
                                        .b = PersonId(id(numbered("OF", on.b, 2)))});
      }
    }
  }

  // One extinguisher in the home of each unit's head, one of them overdue; one micro fire station.
  void equipment() {
    for (std::size_t i = 0; i < all_.units.size(); ++i) {
      const std::string& unit = all_.units[i];
      const auto due = unit == "B09-U3" ? midnight_ - days{30} : midnight_ + days{180};
      made_.records.equipment.push_back(
          {.id = id("EX-" + unit),
           .kind = household::Equipment::Kind::extinguisher,
           .area = AreaId(id(unit)),
           .holder = HouseholdId(id(all_.homes[all_.unit_heads[i]].id)),
           .next_inspection = due,
           .note = ""});
      made_.records.equipment.push_back({.id = id("MF-" + unit),
                                         .kind = household::Equipment::Kind::micro_station,
                                         .area = AreaId(id(unit)),
                                         .holder = {},
                                         .next_inspection = midnight_ + days{180},
                                         .note = ""});
    }
  }

  const Options options_;
  const Figures all_;
  const Instant midnight_;  // 00:00 local time of the first day.
  Reference made_;
};

}  // namespace

Reference build(const Options& options) { return Builder(options).build(); }

PersonId phone_of(const std::string& home) { return PersonId(home + "/1"); }

}  // namespace shouwang::reference
