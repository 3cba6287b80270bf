// The people of a community, as far as an alarm concerns them.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "base/zone.h"

namespace shouwang::household {

// A way to reach a person: a channel of channels.yaml and what that channel calls the person.
struct Address {
  std::string channel;  // "push", "sms", "voice", "inbox"
  std::string address;  // "test:R0786/push"; empty where the channel needs none (inbox).

  friend bool operator==(const Address&, const Address&) = default;
};

struct Person {
  PersonId id;
  std::string name;                    // For the desk only; empty in every sample.
  std::string language;                // "zh-CN", "en"; empty: the community's.
  std::vector<Address> addresses;      // In the order in which they are tried.
  HouseholdId home;                    // Empty: lives outside the community.
  std::string zone;                    // "America/Toronto"; empty: the community's.
  std::string skills;                  // Space separated: "electric gas medical"; empty for most.
  std::optional<Instant> verified_at;  // When the addresses were last proven or confirmed.

  friend bool operator==(const Person&, const Person&) = default;
};

// Facts about a resident that change what responders do. Each is set on its own.
enum class Fact : std::uint16_t {
  elder = 1 << 0,  // 60 or older.
  lives_alone = 1 << 1,
  cannot_descend = 1 << 2,  // Can not come down the stairs.
  wanders = 1 << 3,
  memory_trouble = 1 << 4,
  hard_of_hearing = 1 << 5,
  poor_sight = 1 << 6,
  infant = 1 << 7,
  child_alone = 1 << 8,  // Holds only inside Resident::alone_hours.
};

class Facts {
 public:
  Facts() = default;
  explicit Facts(std::uint16_t bits) : bits_(bits) {}
  void set(Fact fact) { bits_ = static_cast<std::uint16_t>(bits_ | static_cast<unsigned>(fact)); }
  bool has(Fact fact) const { return (bits_ & static_cast<unsigned>(fact)) != 0; }
  Facts operator|(Facts other) const {
    return Facts(static_cast<std::uint16_t>(bits_ | other.bits_));
  }
  bool none() const { return bits_ == 0; }
  std::uint16_t bits() const { return bits_; }
  friend bool operator==(const Facts&, const Facts&) = default;

 private:
  std::uint16_t bits_ = 0;
};

std::string_view name_of(Fact fact);
std::optional<Fact> fact_named(std::string_view name);

struct Resident {
  PersonId person;  // "B05-U4-302/1"
  Facts facts;
  DailyHours alone_hours;  // Community time; used with Fact::child_alone.
  std::string note;        // What a rescuer must know, <= 80 characters; never a diagnosis.
  std::string badge;       // Id on a badge the person wears; may be empty.

  friend bool operator==(const Resident&, const Resident&) = default;
};

// A person to tell about a household. Not necessarily kin: guardian, neighbour, office.
struct Contact {
  PersonId person;
  std::string relation;  // "daughter", "guardian": free text, shown to responders.
  bool far_away = false;
  std::optional<DailyHours> at_work;  // Shown; never holds back an alarm.

  friend bool operator==(const Contact&, const Contact&) = default;
};

// Whether a household agreed to be called as neighbours for others.
enum class Neighbours : std::uint8_t {
  no,
  opted_in,       // Told; counted if somebody under 60 lives there who can descend.
  opted_in_able,  // Told and counted: they said that they can help.
};

enum class Use : std::uint8_t { home, shop, office };

struct Household {
  HouseholdId id;
  AreaId area;        // The unit it is in, or the nearest area above if there is none.
  std::string label;  // "302": its door, below the labels of its areas.
  Use use = Use::home;
  Neighbours neighbours = Neighbours::no;
  std::vector<Resident> residents;  // In ledger order; may be empty (unknown).
  std::vector<Contact> contacts;    // In the order in which they are told; may be empty.

  friend bool operator==(const Household&, const Household&) = default;
};

// Something that holds for a time: written by the office or from a phone, ends by itself.
struct DatedFact {
  enum class Kind : std::uint8_t { away, in_hospital, quarantined, visitor, key_held_by };
  Kind kind = Kind::away;
  std::string subject;  // A person id or a household id.
  Instant from;
  Instant until;       // > from; not included.
  std::string author;  // Who wrote it: person id or user name.
  std::string note;

  bool holds(Instant at) const { return from <= at && at < until; }
  friend bool operator==(const DatedFact&, const DatedFact&) = default;
};

std::string_view name_of(DatedFact::Kind kind);
std::optional<DatedFact::Kind> dated_fact_named(std::string_view name);

}  // namespace shouwang::household
