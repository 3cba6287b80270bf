// The posts of a community.yaml, by role.
//
//   posts:
//     unit_head:
//       UH-B05-U1: {areas: B05-U1, ledger: true, stand_in: UH-B05-U2}
//     duty_a:
//       DUTY-A: {areas: changshan, rota: A}

#include <algorithm>

#include "config/draft.h"

namespace shouwang::config {
namespace {

using household::FilledBy;
using household::Post;
using household::Role;
using household::Tier;

// Roles that are seats. The others come from where somebody lives or whom they know.
bool is_seat(Role role) {
  switch (role) {
    case Role::unit_head:
    case Role::building_head:
    case Role::estate_head:
    case Role::grid_head:
    case Role::neighbour_watch:
    case Role::patrol:
    case Role::duty_a:
    case Role::duty_b:
    case Role::secretary:
    case Role::director:
    case Role::specialist:
    case Role::installer: return true;
    case Role::resident:
    case Role::relative:
    case Role::guarantor:
    case Role::neighbour:
    case Role::viewer: return false;
  }
  return false;
}

// The tier of the areas that a role answers for; nothing if any will do.
std::optional<Tier> tier_of(Role role) {
  switch (role) {
    case Role::unit_head: return Tier::unit;
    case Role::building_head: return Tier::building;
    case Role::estate_head: return Tier::estate;
    case Role::grid_head: return Tier::grid;
    case Role::neighbour_watch:
    case Role::patrol:
    case Role::duty_a:
    case Role::duty_b:
    case Role::secretary:
    case Role::director:
    case Role::specialist:
    case Role::installer:
    case Role::resident:
    case Role::relative:
    case Role::guarantor:
    case Role::neighbour:
    case Role::viewer: return std::nullopt;
  }
  return std::nullopt;
}

std::string seats() {
  std::vector<std::string> names;
  for (int i = 0; i < household::kRoleCount; ++i) {
    const auto role = static_cast<Role>(i);
    if (is_seat(role)) names.emplace_back(name_of(role));
  }
  return listed(names);
}

class PostReader {
 public:
  explicit PostReader(household::Community& estate) : estate_(estate) {
    for (const auto& area : estate.areas) areas_.add(area.id.str());
  }

  void role(const std::string& name, const Reader& key, Reader& value) {
    const auto role = household::role_named(name);
    if (!role || !is_seat(*role)) {
      return key.fault("`" + name + "` is not a role that has posts; allowed: " + seats());
    }
    value.each_entry(
        [&](const std::string& id, const Reader& at, Reader spec) { post(id, *role, at, spec); });
    value.close();
  }

  // Once every post is known.
  void stand_ins() {
    for (const auto& [index, name, place] : wanted_) {
      if (!posts_.has(name)) {
        place.fault("stand-in " + posts_.missing(name));
      } else if (name == estate_.posts[index].id.str()) {
        place.fault("post `" + name + "` can not stand in for itself");
      }
    }
  }

 private:
  struct Wanted {
    std::size_t post;
    std::string name;
    Reader place;
  };

  void post(const std::string& id, Role role, const Reader& key, Reader& spec) {
    if (!is_id(id)) key.fault("`" + id + "` is not " + kIdForm);
    if (!posts_.add(id)) key.fault("post `" + id + "` is there twice");
    if (!spec.is_map())
      return key.fault("post `" + id + "` must be a map: {areas: .., ledger: true}");
    Post made{.id = PostId(id), .role = role};
    for (const auto& [area, at] : spec.need("areas").words()) {
      check_area(area, role, at);
      made.areas.emplace_back(area);
    }
    if (spec.has("areas") && made.areas.empty()) {
      spec.fault_at("areas", "post `" + id + "` answers for no area");
    }
    filled_by(id, key, spec, made);
    std::string stand_in;
    if (const Reader at = spec.child("stand_in"); spec.read("stand_in", stand_in)) {
      made.stand_in = PostId(stand_in);
      wanted_.push_back({estate_.posts.size(), stand_in, at});
    }
    spec.close();
    estate_.posts.push_back(std::move(made));
  }

  void check_area(const std::string& name, Role role, const Reader& at) const {
    if (!areas_.has(name)) return at.fault(areas_.missing(name));
    const auto area = std::ranges::find(estate_.areas, AreaId(name), &household::Area::id);
    const auto tier = tier_of(role);
    if (!tier || area->tier == *tier) return;
    at.fault("a " + std::string(name_of(role)) + " answers for a " + std::string(name_of(*tier)) +
             "; `" + name + "` is a " + std::string(name_of(area->tier)));
  }

  static void filled_by(const std::string& id, const Reader& key, Reader& spec, Post& made) {
    int ways = 0;
    const auto says = [&](const char* name) {
      const bool is_said = spec.has(name);
      if (!is_said) spec.child(name);
      ways += is_said ? 1 : 0;
      return is_said;
    };
    if (says("holder")) {
      std::string holder;
      spec.read("holder", holder);
      if (holder.empty()) spec.fault_at("holder", "`holder` is the id of a person");
      made.filled_by = FilledBy::holder;
      made.holder = PersonId(holder);
    }
    if (says("rota")) {
      std::string word;
      spec.read("rota", word);
      if (word != "A" && word != "B") spec.fault_at("rota", "`rota` is A or B");
      made.filled_by = word == "B" ? FilledBy::rota_b : FilledBy::rota_a;
    }
    for (const auto& [name, way] :
         {std::pair{"ledger", FilledBy::ledger}, std::pair{"vacant", FilledBy::nobody}}) {
      if (!says(name)) continue;
      bool is_set = false;
      spec.read(name, is_set);
      if (!is_set) spec.fault_at(name, std::string("`") + name + "` is true, or is left out");
      made.filled_by = way;
    }
    if (ways == 1) return;
    key.fault("post " + id + (ways == 0 ? " has no holder" : " has more than one holder") +
              "; say one of `holder: PERSON`, `rota: A` or `B`, `ledger: true`, `vacant: true`");
  }

  household::Community& estate_;
  Names areas_{"area"};
  Names posts_{"post"};
  std::vector<Wanted> wanted_;
};

}  // namespace

void read_posts(Reader& root, household::Community& estate) {
  Reader node = root.need("posts");
  PostReader reader(estate);
  node.each_entry([&](const std::string& name, const Reader& key, Reader value) {
    reader.role(name, key, value);
  });
  node.close();
  reader.stand_ins();
}

}  // namespace shouwang::config
