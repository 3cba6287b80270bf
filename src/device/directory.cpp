#include "device/directory.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <tuple>
#include <unordered_map>

#include "base/utf8.h"

namespace shouwang::device {
namespace {

using Complaints = std::vector<std::string>;

constexpr std::size_t kAddressMax = 65535;  // As long as a topic can be.

// Whether every message in which the profile's devices are named also names the community.
bool names_community(const Profile& profile) {
  return std::ranges::all_of(profile.forms, [](const Form& form) {
    return std::ranges::all_of(
        form.topics, [](const TopicPattern& pattern) { return has_capture(pattern, "community"); });
  });
}

std::string_view address_of(const Device& device) {
  return device.address.empty() ? device.id.str() : device.address;
}

std::string name_of(const Listing& listing, const Device& device) {
  return "device " + device.id.str() + " of community " + listing.community.str();
}

class Builder {
 public:
  Builder(std::span<const Profile> profiles, std::span<const Listing> listings)
      : profiles_(profiles), listings_(listings) {
    for (std::uint16_t p = 0; p < profiles.size(); ++p) {
      numbers_.emplace(profiles[p].name, p);
      named_.push_back(names_community(profiles[p]));
    }
  }

  void add_all(std::vector<Directory::Entry>& entries, std::string& addresses, Complaints& out) {
    for (std::uint16_t c = 0; c < listings_.size(); ++c) {
      for (std::uint32_t d = 0; d < listings_[c].devices.size(); ++d) {
        const Device& device = listings_[c].devices[d];
        const auto profile = numbers_.find(device.profile);
        const std::string_view address = address_of(device);
        if (profile == numbers_.end()) {
          out.push_back(name_of(listings_[c], device) + ": there is no profile `" +
                        printable(device.profile) + "`");
        } else if (address.empty() || address.size() > kAddressMax) {
          out.push_back(name_of(listings_[c], device) + ": an address has 1 .. 65535 bytes");
        } else {
          entries.push_back({.address_at = static_cast<std::uint32_t>(addresses.size()),
                             .device = d,
                             .address_size = static_cast<std::uint16_t>(address.size()),
                             .profile = profile->second,
                             .community = c,
                             .any_community = !named_[profile->second]});
          addresses.append(address);
        }
      }
    }
  }

  // `a` and `b` stand next to each other in the sorted entries and share an address.
  void compare(const Directory::Entry& a, const Directory::Entry& b, Complaints& out) const {
    if (a.profile != b.profile) return;
    if (a.community != b.community && named_[a.profile]) return;
    const Listing& first = listings_[a.community];
    const Listing& second = listings_[b.community];
    const Device& one = first.devices[a.device];
    out.push_back(name_of(first, one) + " and " + name_of(second, second.devices[b.device]) +
                  " have the same address `" + printable(device::address_of(one)) +
                  "` in profile " + one.profile +
                  (a.community == b.community ? "" : ", whose topics do not name the community"));
  }

 private:
  std::span<const Profile> profiles_;
  std::span<const Listing> listings_;
  std::unordered_map<std::string, std::uint16_t> numbers_;
  std::vector<bool> named_;
};

}  // namespace

tl::expected<Directory, Complaints> Directory::build(std::span<const Profile> profiles,
                                                     std::span<const Listing> listings) {
  Directory made;
  Complaints complaints;
  for (const Listing& listing : listings) made.communities_.push_back(listing.community.str());
  Builder builder(profiles, listings);
  builder.add_all(made.entries_, made.addresses_, complaints);
  std::ranges::sort(made.entries_, {}, [&](const Entry& entry) {
    return std::tuple(made.address_of(entry), entry.profile, entry.community, entry.device);
  });
  for (std::size_t i = 1; i < made.entries_.size(); ++i) {
    const Entry& before = made.entries_[i - 1];
    if (made.address_of(before) == made.address_of(made.entries_[i])) {
      builder.compare(before, made.entries_[i], complaints);
    }
  }
  if (!complaints.empty()) return tl::unexpected(std::move(complaints));
  made.index();
  return made;
}

std::string_view Directory::address_of(const Entry& entry) const {
  return std::string_view(addresses_).substr(entry.address_at, entry.address_size);
}

void Directory::index() {
  entries_.shrink_to_fit();
  addresses_.shrink_to_fit();
  buckets_.assign(std::bit_ceil(entries_.size() + entries_.size() / 2 + 1), 0);
  for (std::uint32_t i = 0; i < entries_.size(); ++i) {
    const std::string_view address = address_of(entries_[i]);
    if (i > 0 && address_of(entries_[i - 1]) == address) continue;
    std::size_t at = std::hash<std::string_view>{}(address) & (buckets_.size() - 1);
    while (buckets_[at] != 0) at = (at + 1) & (buckets_.size() - 1);
    buckets_[at] = i + 1;
  }
}

std::span<const Directory::Entry> Directory::find(std::string_view address) const {
  if (buckets_.empty()) return {};
  std::size_t at = std::hash<std::string_view>{}(address) & (buckets_.size() - 1);
  for (; buckets_[at] != 0; at = (at + 1) & (buckets_.size() - 1)) {
    const std::size_t first = buckets_[at] - 1;
    if (address_of(entries_[first]) != address) continue;
    std::size_t last = first + 1;
    while (last < entries_.size() && address_of(entries_[last]) == address) ++last;
    return std::span(entries_).subspan(first, last - first);
  }
  return {};
}

std::optional<Owner> Directory::pick(std::span<const Entry> entries, std::uint32_t profile,
                                     std::string_view community) const {
  for (const Entry& entry : entries) {
    if (entry.profile != profile) continue;
    const bool here = entry.any_community || communities_[entry.community] == community;
    if (here) return Owner{.community = entry.community, .device = entry.device};
  }
  return std::nullopt;
}

std::optional<Owner> Directory::find(std::uint32_t profile, std::string_view community,
                                     std::string_view address) const {
  return pick(find(address), profile, community);
}

}  // namespace shouwang::device
