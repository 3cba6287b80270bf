// One incident as a message tells of it: no person, no fact about a person.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "device/signal.h"
#include "dispatch/book.h"
#include "incident/incident.h"

namespace shouwang::notify {

struct Scene {
  IncidentId id;
  device::Kind kind = device::Kind::gas;
  std::vector<device::Kind> kinds;  // With those of linked incidents; most urgent first, each once.
  std::string place;                // "5号楼4单元302"
  bool free_place = false;          // `place` is what somebody typed, or a device's id.
  Instant raised_at;
  incident::Severity severity = incident::Severity::serious;
  incident::Origin origin = incident::Origin::sensor;
  incident::Phase phase = incident::Phase::fresh;
  std::optional<household::Role> lead;   // Of whoever is going first, their nearest role.
  std::optional<int> minutes;            // That they said they need.
  bool arrived = false;                  // Somebody is there.
  std::optional<incident::Cause> cause;  // Once settled or closed.
  household::Roles told;
  std::string shelter;                  // Where to go indoors; may be empty.
  std::vector<incident::Order> orders;  // Of which something can be told.

  friend bool operator==(const Scene&, const Scene&) = default;
};

// Scenes of one book, each made once. Make it anew whenever the book has changed.
class Scenes {
 public:
  explicit Scenes(const dispatch::Book& book) : book_(book) {}

  // nullptr if the book does not hold the incident. Stays valid as long as this object.
  const Scene* find(const IncidentId& id);

 private:
  const dispatch::Book& book_;
  std::map<IncidentId, Scene> made_;
};

}  // namespace shouwang::notify
