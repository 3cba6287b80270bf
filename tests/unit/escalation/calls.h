// The reference community under alarm, and calls in a form that reads well when a test fails.

#pragma once

#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "escalation/audience.h"
#include "tools/reference/reference.h"

namespace shouwang::escalation {

inline void PrintTo(const Skipped& skipped, std::ostream* out) {
  *out << skipped.who << " " << name_of(skipped.why);
}

// "OF01 duty_a counted", "B05-U1-103/1 unit_head inside": in the order of telling.
inline std::vector<std::string> told(const Call& call) {
  std::vector<std::string> lines;
  for (const Target& target : call.targets) {
    std::string line = target.person.str() + " " + std::string(name_of(target.role));
    if (target.counted) line += " counted";
    if (target.inside) line += " inside";
    if (target.away) line += " away";
    lines.push_back(std::move(line));
  }
  return lines;
}

inline std::vector<std::string> persons(const Call& call) {
  std::vector<std::string> ids;
  for (const Target& target : call.targets) ids.push_back(target.person.str());
  return ids;
}

// A community with one incident in it.
class Scene {
 public:
  using Lines = std::vector<std::string>;

  explicit Scene(const std::string& place, reference::Reference made = reference::build())
      : registry_(std::move(made.community), std::move(made.records)) {
    incident.id = IncidentId("i");
    incident.place = registry_.place_named(place);
  }

  Call call(Audience audience, int most = 0) const {
    return resolve({.audience = audience, .most = most}, incident, situation());
  }
  Situation situation() const { return {.registry = registry_, .facts = facts, .now = now}; }
  const household::Registry& registry() const { return registry_; }

  void mark_away(const std::string& subject) {
    facts.push_back({.kind = household::DatedFact::Kind::away,
                     .subject = subject,
                     .from = now - std::chrono::days{1},
                     .until = now + std::chrono::days{1},
                     .author = subject,
                     .note = ""});
  }
  void mark_unreachable(const char* person) {
    incident.told.push_back({.person = PersonId(person), .unreachable = true});
  }

  incident::Incident incident;
  std::vector<household::DatedFact> facts;
  // A Thursday noon: OF05 and OF10 are on duty (day 15, shift 1).
  Instant now = *parse_utc("2026-01-15T12:00:00+08:00");

 private:
  household::Registry registry_;
};

}  // namespace shouwang::escalation
