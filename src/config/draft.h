// What the readers of the single files share while load() runs. Nobody outside config/ needs it.
//
//   gateway   gateway.yaml                      gateway.cpp
//   channels  channels.yaml                     channels.cpp
//   profiles  profiles/*.yaml                   profiles.cpp
//   texts     texts/*.yaml                      texts.cpp
//   each community:
//     areas, posts, limits  community.yaml      community.cpp, areas.cpp, posts.cpp
//     ladders               community.yaml      ladders.cpp, audiences.cpp
//     upkeep                community.yaml      upkeep.cpp
//     on_the_spot           community.yaml      spot.cpp
//     devices               devices*.yaml/.csv  devices.cpp

#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"
#include "config/fault.h"
#include "config/names.h"
#include "config/reader.h"

namespace shouwang::config {

struct Draft {
  Config config;
  std::vector<Fault> faults;
  Names profiles{"profile"};
  Names channels{"channel"};
  Names languages{"language"};

  const std::filesystem::path& directory() const { return config.directory; }
  // Where files of `folder` lie, the directory's own last: what comes later stands for the earlier.
  std::vector<std::string> places_of(const std::string& folder) const {
    if (config.library.empty()) return {folder};
    return {(config.library / folder).string(), folder};
  }
};

// The text of a file below the directory; a fault and nothing if it can not be read.
std::optional<std::string> read_text(Draft& draft, const std::string& file);
// A Reader on the file's document; on nothing, with a fault, if it can not be read or is empty.
Reader open(Draft& draft, const std::string& file);
// Files below `folder` (relative, or in the library) whose names begin and end so, in the order of
// their names.
std::vector<std::string> files_in(const Draft& draft, const std::string& folder,
                                  const std::string& begin, const std::string& end);

// A community that gateway.yaml names, and where.
using Served = std::vector<std::pair<std::string, Reader>>;

void read_gateway(Reader& root, Draft& draft, Served& served);
void read_channels(Reader& root, Draft& draft);
void read_profiles(Draft& draft);
void read_texts(Draft& draft);
void read_community(const std::string& id, Draft& draft);

// Parts of a community; `root` stands on its community.yaml.
void read_areas(Reader& root, household::Community& estate);
void read_posts(Reader& root, household::Community& estate);
void read_ladders(Reader& root, Community& community, const Draft& draft);
void read_upkeep(Reader& root, dispatch::Upkeep& upkeep);
// What is done on the spot; check_spot() once the devices are known.
void read_spot(Reader& root, dispatch::Rules& rules);
void check_spot(Reader& root, const Community& community);
void read_devices(Draft& draft, household::Community& estate);

// Notes what keeps `audience` from ever being filled for an alarm of `scope`; nothing if it can.
std::optional<std::string> why_never(escalation::Audience audience, household::Place::Scope scope,
                                     const household::Community& estate);

// Values that several files have.
//
// `key: {file: ...}` or `key: {credential: ...}`. A secret written out is a fault.
void read_secret_ref(Reader& parent, std::string_view key, SecretRef& target, const Draft& draft);
// `key: {from: "22:00", until: "06:00"}`
void read_daily_hours(Reader& parent, std::string_view key, DailyHours& target);
// `key: "10:00"`, as a minute of the day. Its absence is a fault.
void read_minute(Reader& parent, std::string_view key, std::uint16_t& target);
// A text of 1 .. `most` characters.
void read_label(const Reader& value, std::string& target, std::size_t most = 60);
// The words of household::Place::Scope.
std::optional<household::Place::Scope> scope_named(std::string_view name);

}  // namespace shouwang::config
