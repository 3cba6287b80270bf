#include "device/decoder.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <memory_resource>
#include <utility>

#include "device/message_reader.h"

namespace shouwang::device {
namespace {

// Enough for the nodes of an ordinary message; larger ones go to the heap.
constexpr std::size_t kScratchBytes = 12 * 1024;

// The routes that are left after looking at topic, RETAIN flag and length, and why others are not.
Outcome filter(const Message& message, std::span<const Profile> profiles,
               std::pmr::vector<const Route*>& routes) {
  if (routes.empty()) return Outcome::no_profile;
  Outcome why = Outcome::read;
  std::erase_if(routes, [&](const Route* route) {
    const Profile& profile = profiles[route->profile];
    const Form& form = profile.forms[route->form];
    Outcome against = Outcome::read;
    if (is_excluded(form, message.topic)) {
      against = Outcome::excluded;
    } else if (message.payload.empty() && form.body != Body::text) {
      against = Outcome::cleared;
    } else if (message.retained && form.retained.value_or(profile.retained) == Retained::ignore) {
      against = Outcome::retained_ignored;
    }
    if (against != Outcome::read) why = against;
    return against != Outcome::read;
  });
  return routes.empty() ? why : Outcome::read;
}

void doubt(Report& report) {
  for (Signal& signal : report.signals) {
    if (is_alarm(signal)) signal.meaning = Meaning::unknown;
  }
}

// Adds the reports about one address. Several forms of a listed device's profile, or several
// profiles for a stranger, compete; two listed devices at one address both speak.
void judge(const MessageReader& reader, std::span<const Candidate> candidates,
           std::vector<Decoded>& reports) {
  const bool is_listed = std::ranges::any_of(
      candidates, [](const Candidate& candidate) { return candidate.owner.has_value(); });
  const std::size_t before = reports.size();
  Merit best;
  for (const Candidate& candidate : candidates) {
    const Strangers strangers = reader.profile(*candidate.route).strangers;
    if (candidate.owner.has_value() != is_listed) continue;
    if (!is_listed && strangers == Strangers::ignore) continue;
    Decoded read{.profile = candidate.route->profile,
                 .owner = candidate.owner,
                 .report = reader.report(candidate)};
    if (!is_listed && strangers == Strangers::unknown) doubt(read.report);
    // A listed device on a topic that its profile does not read is no stranger.
    const bool is_aside = !is_listed && reader.is_listed_somewhere(candidate.address) &&
                          std::ranges::none_of(read.report.signals, is_alarm);
    if (is_aside) continue;
    const Merit merit = reader.merit(candidate, read.report);
    const bool competes =
        reports.size() > before && (!is_listed || reports.back().profile == read.profile);
    if (competes && !(best < merit)) continue;
    if (competes) reports.pop_back();
    reports.push_back(std::move(read));
    best = merit;
  }
}

// Calls visit for the candidates of each address, ordered by address.
template <class Visit>
void for_each_address(std::pmr::vector<Candidate>& candidates, Visit visit) {
  const auto same = [](const Candidate& a, const Candidate& b) { return a.address == b.address; };
  if (std::ranges::adjacent_find(candidates, std::not_fn(same)) == candidates.end()) {
    return visit(std::span<const Candidate>(candidates));
  }
  std::ranges::stable_sort(candidates, {}, &Candidate::address);
  for (auto first = candidates.begin(); first != candidates.end();) {
    const auto last = std::find_if_not(first, candidates.end(),
                                       [&](const Candidate& c) { return same(c, *first); });
    // An unreadable body names nobody; who is named by the topic has spoken.
    if (!first->address.empty()) visit(std::span<const Candidate>(first, last));
    first = last;
  }
}

}  // namespace

std::string_view explain(Outcome outcome) {
  switch (outcome) {
    case Outcome::read: return "";
    case Outcome::no_profile: return "no profile claims this topic";
    case Outcome::excluded: return "this topic is excluded: it is not a device speaking";
    case Outcome::not_of_interest: return "profiles claim this topic, but none reads this content";
    case Outcome::cleared: return "empty payload: the topic was cleared, nobody spoke";
    case Outcome::retained_ignored: return "retained, and the profile ignores retained messages";
    case Outcome::stranger_ignored:
      return "the address is in no device list, and the profile reads only listed devices";
  }
  return "";
}

Decoder::Decoder(SharedProfiles profiles) : profiles_(std::move(profiles)), router_(*profiles_) {}

Decoder::Decoder(std::vector<Profile> profiles)
    : Decoder(std::make_shared<const std::vector<Profile>>(std::move(profiles))) {}

Decoding Decoder::decode(const Message& message, Instant now, const Directory& directory) const {
  std::array<std::byte, kScratchBytes> scratch;
  std::pmr::monotonic_buffer_resource memory(scratch.data(), scratch.size());
  const TopicLevels levels(message.topic);
  std::pmr::vector<const Route*> routes(&memory);
  routes.reserve(16);
  router_.find(levels, routes);
  MessageReader reader({.profiles = *profiles_,
                        .directory = directory,
                        .message = message,
                        .topic = levels,
                        .now = now},
                       &memory);
  reader.drop_strangers(routes);
  Decoding decoding;
  decoding.outcome = filter(message, *profiles_, routes);
  if (decoding.outcome != Outcome::read) return decoding;

  std::pmr::vector<Candidate> candidates(&memory);
  for (const Route* route : routes) reader.find(*route, candidates);
  decoding.outcome = Outcome::not_of_interest;
  if (candidates.empty()) return decoding;
  for_each_address(candidates,
                   [&](std::span<const Candidate> same) { judge(reader, same, decoding.reports); });
  if (!decoding.reports.empty()) {
    decoding.outcome = Outcome::read;
  } else if (!reader.is_listed_somewhere(candidates.front().address)) {
    decoding.outcome = Outcome::stranger_ignored;
  }
  return decoding;
}

std::vector<std::string> subscriptions(const std::vector<Profile>& profiles) {
  std::vector<std::string> filters;
  for (const Profile& profile : profiles) {
    for (const Form& form : profile.forms) {
      for (const TopicPattern& pattern : form.topics) filters.push_back(filter_of(pattern));
    }
  }
  return minimal(std::move(filters));
}

}  // namespace shouwang::device
