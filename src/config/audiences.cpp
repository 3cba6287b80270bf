// Whether anybody can ever belong to an audience, as far as the configuration alone can tell.

#include <algorithm>

#include "config/draft.h"

namespace shouwang::config {
namespace {

using escalation::Audience;
using household::Area;
using household::FilledBy;
using household::Post;
using household::Role;
using household::Tier;
using Scope = household::Place::Scope;
using Why = std::optional<std::string>;

class Finder {
 public:
  Finder(Scope scope, const household::Community& estate) : scope_(scope), estate_(estate) {}

  Why why_never(Audience audience) const {
    switch (audience) {
      case Audience::household:
      case Audience::relatives:
      case Audience::vulnerable_relatives:
      case Audience::other_relatives:
      case Audience::guarantors: return need_place();
      case Audience::unit_homes: return need_area(Tier::unit);
      case Audience::building_homes: return need_area(Tier::building);
      case Audience::unit_head: return need_seat(Role::unit_head, Tier::unit);
      case Audience::building_head: return need_seat(Role::building_head, Tier::building);
      case Audience::estate_head: return need_seat(Role::estate_head, Tier::estate);
      case Audience::grid_head: return need_seat(Role::grid_head, Tier::grid);
      case Audience::outside_unit_head:
      case Audience::other_unit_heads: return need_several_units();
      case Audience::stand_ins: return need_stand_in();
      case Audience::neighbours:
        return need_area(scope_ == Scope::area ? Tier::building : Tier::unit);
      case Audience::neighbour_watch: return need_post(Role::neighbour_watch);
      case Audience::patrol: return need_post(Role::patrol);
      case Audience::duty_a: return need_post(Role::duty_a);
      case Audience::duty_b: return need_post(Role::duty_b);
      case Audience::secretary: return need_post(Role::secretary);
      case Audience::director: return need_post(Role::director);
      case Audience::specialist: return need_post(Role::specialist);
      case Audience::duty_pool: return need_rota();
    }
    return std::nullopt;
  }

 private:
  bool has_tier(Tier tier) const {
    return std::ranges::any_of(estate_.areas, [&](const Area& a) { return a.tier == tier; });
  }
  bool has_post(Role role) const {
    return std::ranges::any_of(estate_.posts, [&](const Post& p) { return p.role == role; });
  }

  Why need_place() const {
    if (scope_ != Scope::unknown) return std::nullopt;
    return "nobody knows whose home it is when the place is unknown";
  }

  Why need_area(Tier tier) const {
    if (const Why why = need_place()) return why;
    if (has_tier(tier)) return std::nullopt;
    return "the community has no " + std::string(name_of(tier));
  }

  Why need_post(Role role) const {
    if (has_post(role)) return std::nullopt;
    return "the community has no post of role " + std::string(name_of(role));
  }

  // A head of a tier: vacant seats are passed over, but a tier that is not there never fills.
  Why need_seat(Role role, Tier tier) const {
    if (scope_ == Scope::unknown) {
      return "nobody knows which " + std::string(name_of(tier)) + " when the place is unknown";
    }
    if (has_post(role) || has_tier(tier)) return std::nullopt;
    return "the community has neither a " + std::string(name_of(tier)) + " nor a post of role " +
           std::string(name_of(role));
  }

  Why need_several_units() const {
    if (const Why why = need_seat(Role::unit_head, Tier::unit)) return why;
    return need_area(Tier::building);
  }

  Why need_stand_in() const {
    if (const Why why = need_place()) return why;
    const bool any = std::ranges::any_of(
        estate_.posts, [](const Post& p) { return p.role == Role::unit_head && p.stand_in; });
    if (any) return std::nullopt;
    return "no unit_head has a `stand_in`";
  }

  Why need_rota() const {
    const bool any = std::ranges::any_of(estate_.posts, [](const Post& p) {
      return p.filled_by == FilledBy::rota_a || p.filled_by == FilledBy::rota_b;
    });
    if (any) return std::nullopt;
    return "no post is filled by the rota";
  }

  Scope scope_;
  const household::Community& estate_;
};

}  // namespace

std::optional<std::string> why_never(Audience audience, Scope scope,
                                     const household::Community& estate) {
  return Finder(scope, estate).why_never(audience);
}

}  // namespace shouwang::config
