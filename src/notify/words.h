// Writes a parcel: what its reader sees on the lock screen, and below it.
//
//   title  TYPE place time, at most kTitleMax characters
//   body   what happened · what to do · when to leave and call for help · who else was told ·
//          who is going · the link
//
// Which words these are stands in the catalogues (phrases.h). A message says what a sensor
// measured and what people answered, nothing else: no name, no health, no guess.
//
// A parcel about several incidents lists the kListedMax most important ones. One that
// leaves late says when it was due, one that may have arrived before says so. If a phrase
// is missing, what is known goes out without it: no message is lost for its words.

#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/catalogue.h"
#include "base/time.h"
#include "base/zone.h"
#include "dispatch/book.h"
#include "dispatch/parcel.h"
#include "household/post.h"
#include "notify/phrases.h"
#include "notify/scene.h"

namespace shouwang::dispatch {
struct Diary;
}  // namespace shouwang::dispatch

namespace shouwang::notify {

inline constexpr std::size_t kTitleMax = 40;
inline constexpr std::size_t kListedMax = 5;
inline constexpr Millis kLateAfter{120'000};

// For whom a message is written.
struct Receiver {
  std::string language;  // "zh-CN"
  const Zone* zone;      // The community's; never null.
  // The receiver's own zone, if they live elsewhere: both times are given (S-04). May be null.
  const Zone* own_zone = nullptr;
  // What this community calls its posts; wins over the catalogue. May be null.
  const std::map<household::Role, std::string>* role_labels = nullptr;
};

struct Text {
  std::string title;
  std::string body;  // "{{link}}" or "{{link:<incident>}}" alone or last in a line: see with_links.

  friend bool operator==(const Text&, const Text&) = default;
};

// The scene of an incident (Scenes::find), or nullptr if nothing is known of it any more.
using SceneOf = std::function<const Scene*(const IncidentId&)>;

// What messages to several receivers have in common, so that it is written once. Lives for one
// turn: one `now`, and scenes that stay where they are.
struct CommonWords {
  // Who reads about a scene in the same language, at the same clock, with the same names of posts,
  // and among how many others.
  using Reading = std::tuple<const Scene*, std::string, const Zone*,
                             const std::map<household::Role, std::string>*, std::size_t>;
  std::map<Reading, Fields> fields;
  std::map<std::pair<const Fields*, dispatch::Letter>, std::string> titles;
};

class Words {
 public:
  explicit Words(const Catalogue& catalogue) : phrases_(catalogue) {}

  // Writes `parcel` as it is at `now`. Call it whenever the parcel is about to leave: what has
  // become of the incidents meanwhile is in it.
  Text write(const dispatch::Parcel& parcel, const SceneOf& scene_of, const Receiver& receiver,
             Instant now, CommonWords& common) const;
  Text write(const dispatch::Parcel& parcel, const SceneOf& scene_of, const Receiver& receiver,
             Instant now) const {
    CommonWords common;
    return write(parcel, scene_of, receiver, now, common);
  }

  // The same for a technical letter (dispatch/upkeep.h), about matters of `book`. No link: there is
  // nothing to press.
  Text write_technical(const dispatch::Parcel& parcel, const dispatch::Book& book,
                       const Receiver& receiver, Instant now) const;

  // The office's diary of a day. `is_whole`: with all its lines, else only its numbers.
  Text write_diary(const dispatch::Diary& diary, const dispatch::Book& book,
                   const Receiver& receiver, Instant now, bool is_whole) const;

 private:
  Phrases phrases_;
};
inline constexpr std::size_t kDiaryListedMax = 100;  // Of each of its lists.

// `body` with a link in each placeholder. `link_of` gets the incident; for the plain "{{link}}"
// that is `first`. A line whose placeholder gets no link is left out.
std::string with_links(const std::string& body, const IncidentId& first,
                       const std::function<std::string(const IncidentId&)>& link_of);

}  // namespace shouwang::notify
