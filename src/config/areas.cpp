// The tree of areas of a community.yaml.
//
//   areas:
//     grids:
//       G05: {label: 第5网格, buildings: {B05: {label: 5号楼, units: {B05-U1: 1单元}}}}
//
// The key that stands above an area says its tier. A bare text is an area's label.

#include <array>

#include "config/draft.h"

namespace shouwang::config {
namespace {

using household::Area;
using household::Tier;

constexpr std::array<std::pair<std::string_view, Tier>, 4> kBranches = {
    {{"estates", Tier::estate},
     {"grids", Tier::grid},
     {"buildings", Tier::building},
     {"units", Tier::unit}}};

class AreaReader {
 public:
  explicit AreaReader(household::Community& estate) : estate_(estate) {
    seen_.add(estate.areas.front().id.str());
  }

  // The branches below `parent` (a copy: the list of areas grows). `node` may also hold the area's
  // own settings; the caller closes.
  void branches(Reader& node, AreaId parent, Tier tier) {
    for (const auto& [name, below] : kBranches) {
      if (below <= tier) {
        if (node.has(name)) {
          node.child(name).is_there();
          node.fault_at(name, "a " + std::string(name_of(below)) + " can not lie in a " +
                                  std::string(name_of(tier)));
        }
        continue;
      }
      const Tier of_branch = below;
      Reader branch = node.child(name);
      branch.each_entry([&](const std::string& id, const Reader& key, Reader value) {
        area(id, key, value, {.id = AreaId(id), .tier = of_branch, .parent = parent});
      });
      branch.close();
    }
  }

 private:
  void area(const std::string& id, const Reader& key, Reader value, Area made) {
    if (!is_id(id)) key.fault("`" + id + "` is not " + kIdForm);
    const bool is_new = seen_.add(id);
    if (!is_new) key.fault("area `" + id + "` is there twice");
    if (!value.is_there()) key.fault("area `" + id + "` needs a label");
    const std::size_t index = estate_.areas.size();
    estate_.areas.push_back(std::move(made));
    if (value.is_scalar()) {
      read_label(value, estate_.areas[index].label);
    } else if (value.is_map()) {
      read_label(value.need("label"), estate_.areas[index].label);
      value.read("shelter", estate_.areas[index].shelter);
      branches(value, AreaId(id), estate_.areas[index].tier);
      value.close();
    } else if (value.is_there()) {
      value.fault("must be a label, or a map with `label` and what lies in the area");
    }
  }

  household::Community& estate_;
  Names seen_{"area"};
};

}  // namespace

void read_areas(Reader& root, household::Community& estate) {
  Reader node = root.child("areas");
  AreaReader(estate).branches(node, estate.areas.front().id, Tier::community);
  node.close();
}

}  // namespace shouwang::config
